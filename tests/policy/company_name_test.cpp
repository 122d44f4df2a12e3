#include "policy/company_name.hpp"

#include <doctest/doctest.h>

using namespace assay::policy;

namespace {

std::string keys(std::string_view text) {
    std::string out;
    for (const CompanyName& name : names_in(text)) out += (out.empty() ? "" : " ") + name.key;
    return out;
}

}  // namespace

TEST_SUITE("company names") {
    TEST_CASE("a key is the name without legal forms, industry, case and punctuation") {
        const std::pair<const char*, const char*> table[]{
            {"Intel Corporation", "intel"},
            {"Intel Corp.", "intel"},
            {"INTEL CORPORATE", "intel"},
            {"Realtek Semiconductor Co., Ltd.", "realtek"},
            {"TP-LINK TECHNOLOGIES CO.,LTD.", "tplink"},
            {"TP-Link", "tplink"},
            {"Super Micro Computer, Inc.", "supermicro"},
            {"Supermicro", "supermicro"},
            {"GIGA-BYTE TECHNOLOGY CO.LTD.", "gigabyte"},
            {"Huawei Technologies Co., Ltd.", "huawei"},
            {"Shenzhen Foo Technology Co., Ltd.", "shenzhenfoo"},
            {"Cocom A/S", "cocom"},
            {"Norsk Elektro Optikk A/S", "norskelektrooptikk"},
            {"Alibaba (China) Co., Ltd.", "alibaba"},
        };
        for (const auto& [text, key] : table) {
            CAPTURE(std::string(text));
            CHECK(keys(text) == key);
        }
    }

    TEST_CASE("other names in a text are names too") {
        CHECK(keys("Broadcom / LSI") == "broadcom lsi");
        CHECK(keys("Advanced Micro Devices, Inc. [AMD/ATI]") == "advancedmicro amd ati");
        CHECK(keys("Adaptec (formerly DPT)") == "adaptec dpt");
        CHECK(keys("Altima (nee Broadcom)") == "altima broadcom");
    }

    TEST_CASE("what names nobody has no key") {
        for (const char* text :
             {"",
              " ",
              "Generic",
              "USB Device",
              "OEM",
              "To be filled by O.E.M.",
              "Default string",
              "System manufacturer",
              "Not Specified",
              "Private",
              "Unknown",
              "N/A",
              "Inc.",
              "Shenzhen",
              "(China)",
              "[]",
              "((",
              "))",
              "/",
              "-",
              "a",
              "Generic USB Audio",
              "None",
              "Base Board Manufacturer",
              "Vendor"}) {
            CAPTURE(std::string(text));
            CHECK(keys(text) == "");
        }
    }

    TEST_CASE("spellings of one company may be the same") {
        const std::pair<const char*, const char*> table[]{
            {"Intel Corporation", "Intel(R) Corporation"},
            {"Hewlett-Packard Company", "Hewlett Packard Enterprise"},
            {"HP Inc.", "Hewlett-Packard Company"},
            {"HPE", "Hewlett Packard Enterprise"},
            {"AMD", "Advanced Micro Devices, Inc."},
            {"MSI", "Micro-Star International Co., Ltd."},
            {"ASUSTeK COMPUTER INC.", "ASUSTek Computer, Inc."},
            {"Samsung", "Samsung Electronics Co., Ltd."},
            {"Samsung Electro-Mechanics", "Samsung Electronics"},
            {"LSI", "Broadcom / LSI"},
            {"Supermicro", "Super Micro Computer Inc"},
            {"Brocade", "Brocade Communications Systems LLC"},
        };
        for (const auto& [a, b] : table) {
            CAPTURE(std::string(a));
            CHECK(may_be_same(a, b));
            CHECK(may_be_same(b, a));
        }
    }

    TEST_CASE("two companies are two") {
        const std::pair<const char*, const char*> table[]{
            {"Intel Corporation", "Huawei Technologies Co., Ltd."},
            {"Realtek Semiconductor Corp.", "TP-Link"},
            {"Broadcom Inc.", "Emulex Corporation"},
            {"Mellanox Technologies", "NVIDIA Corporation"},
            {"Shenzhen Foo Technology", "Shenzhen Bar Technology"},
            {"Advanced Micro Devices, Inc.", "Advantech Co., Ltd."},
            {"General Electric", "General Instrument"},
            {"Dell Inc.", "Delta Networks"},
        };
        for (const auto& [a, b] : table) {
            CAPTURE(std::string(a));
            CHECK_FALSE(may_be_same(a, b));
            CHECK_FALSE(may_be_same(b, a));
        }
    }

    TEST_CASE("nobody is the same as nobody") {
        CHECK_FALSE(may_be_same("Generic", "OEM"));
        CHECK_FALSE(may_be_same("", ""));
    }

    TEST_CASE("hostile texts are names of bounded size and number") {
        for (const std::string& text :
             {std::string(100'000, 'a'), std::string(100'000, '('), std::string(100'000, '/'),
              std::string(1'000, '\xff'), [] {
                  std::string out;
                  for (int i = 0; i < 10'000; ++i) out += "ab" + std::to_string(i) + "/";
                  return out;
              }()}) {
            const auto names = names_in(text);
            CHECK(names.size() <= names_in_a_text);
            for (const CompanyName& name : names) CHECK(name.key.size() <= name_bytes_read);
        }
        CHECK(keys("\xd0\x86ntel") != keys("Intel"));  // a Cyrillic letter is another letter
    }

    TEST_CASE("makers for others are known by the beginning of their names") {
        CHECK(builds_for_others("Hon Hai Precision Ind. Co.,Ltd."));
        CHECK(builds_for_others("Wistron Infocomm (Zhongshan) Corporation"));
        CHECK(builds_for_others("LITE-ON Communications, Inc."));
        CHECK_FALSE(builds_for_others("Intel Corporation"));
        CHECK_FALSE(builds_for_others("Huawei Technologies Co., Ltd."));
        CHECK_FALSE(builds_for_others(""));
    }
}
