#include "evidence/tpm/pcr_json.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

Result<PcrValues> read(const std::string& text) {
    const auto value = json::parse(text, {}, "pcrs").value();
    Fields f(value, "pcrs");
    PcrValues out = read_pcr_values(f);
    CHECK_OK(f.finish());
    return out;
}

}  // namespace

TEST_SUITE("pcr_json") {
    TEST_CASE("values of every bank come back, and each has one spelling") {
        PcrValues values;
        for (const HashAlg bank : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
            for (const unsigned index : {0U, 9U, 23U})
                values[bank].emplace(*PcrIndex::from(index), hash(bank, Bytes(index)));
        }
        CHECK(read(json::canonical(pcr_values_json(values))).value() == values);
        CHECK(read("{}").value().empty());
    }

    TEST_CASE("another bank, what is no PCR, and a digest of another size are refused by name") {
        const std::string digest(64, 'a');
        const auto refused = [](const std::string& text) {
            const auto values = read(text);
            REQUIRE_FALSE(values.has_value());
            return values.error().where;
        };
        CHECK(refused(R"({"md5":{"0":")" + digest + R"("}})") == "pcrs.md5");
        for (const char* index : {"24", "00", "+1", "a"}) {
            CHECK(
                refused(R"({"sha256":{")" + std::string(index) + R"(":")" + digest + R"("}})") ==
                "pcrs.sha256." + std::string(index)
            );
        }
        CHECK(refused(R"({"sha256":{"0":"aa"}})") == "pcrs.sha256.0");
        CHECK(refused(R"({"sha1":{"0":")" + digest + R"("}})") == "pcrs.sha1.0");
    }
}
