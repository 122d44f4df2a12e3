#include "policy/pattern.hpp"

#include <doctest/doctest.h>

#include <set>
#include <utility>

using namespace assay;
using namespace assay::policy;

namespace {

// "registry:value" of every pattern that would match.
std::vector<std::string> spelled(Registry registry, std::string_view value) {
    std::vector<std::string> out;
    for (const Pattern& pattern : patterns_of(make_identifier(registry, value).value()))
        out.push_back(std::string(registry_name(pattern)) + " " + pattern.value);
    return out;
}

}  // namespace

TEST_SUITE("pattern") {
    TEST_CASE("a rule names a whole number, its maker's part, or a block of addresses") {
        const std::pair<const char*, const char*> good[] = {
            {"pci", "19e5"},
            {"pci", "19e5:0123"},
            {"pci_subsystem", "19e5"},
            {"usb", "12d1"},
            {"usb", "05c6:6613"},
            {"oui", "001e10"},
            {"oui", "b01f81f"},
            {"oui", "70b3d5f2f"},
            {"jedec", "8:b6"},
            {"pen", "2011"},
            {"pnp", "HWV"},
            {"midr", "48"},
            {"sff_oui", "001e10"},
            {"acpi", "HISI"},
            {"acpi", "HISI0A61"},
            {"devicetree", "hisilicon"},
            {"tpm_vendor", "4e544300"},
            {"oui", "2a0bb8"},
        };
        for (const auto& [registry, value] : good) {
            CAPTURE(registry);
            CAPTURE(value);
            const auto pattern = make_pattern(registry, value);
            REQUIRE(pattern);
            CHECK(registry_name(*pattern) == registry);
            CHECK(pattern->value == value);
        }
    }

    TEST_CASE("every other spelling is refused") {
        const std::pair<const char*, const char*> bad[] = {
            {"pci", "19E5"},
            {"pci", "0x19e5"},
            {"pci", "19e5:"},
            {"pci", "19e5:*"},
            {"pci", ""},
            {"usb", "12d"},
            {"oui", "00:1e:10"},
            {"oui", "001e1"},
            {"oui", "001e1000"},
            {"oui", "001E10"},
            {"oui", "001e10001e10"},
            {"oui", "011e10"},
            {"mac", "001e10001e10"},
            {"jedec", "b6"},
            {"pen", "02011"},
            {"pnp", "hwv"},
            {"name", "Huawei"},
            {"", "19e5"},
        };
        for (const auto& [registry, value] : bad) {
            CAPTURE(registry);
            CAPTURE(value);
            CHECK_FALSE(make_pattern(registry, value));
        }
    }

    TEST_CASE("an identifier is looked up whole first, then by its maker") {
        CHECK(spelled(Registry::pci, "8086:1572") == std::vector<std::string>{"pci 8086:1572", "pci 8086"});
        CHECK(spelled(Registry::usb, "05c6:6613") == std::vector<std::string>{"usb 05c6:6613", "usb 05c6"});
        CHECK(spelled(Registry::jedec, "8:b6") == std::vector<std::string>{"jedec 8:b6"});
    }

    TEST_CASE("a MAC address is looked up by 36, 28, then 24 bits, locally administered or not") {
        CHECK(
            spelled(Registry::mac, "4ac03f123456") ==
            std::vector<std::string>{"oui 4ac03f123", "oui 4ac03f1", "oui 4ac03f"}
        );
    }

    TEST_CASE("a group address is no identifier of a device") {
        CHECK(spelled(Registry::mac, "01005e000001").empty());
        CHECK(spelled(Registry::mac, "ffffffffffff").empty());
    }

    TEST_CASE("a transceiver's vendor OUI is also a block of addresses") {
        CHECK(spelled(Registry::sff_oui, "001e10") == std::vector<std::string>{"sff_oui 001e10", "oui 001e10"});
    }

    TEST_CASE("an ACPI id is looked up whole, then by its ACPI or PNP vendor") {
        CHECK(spelled(Registry::acpi, "HISI0A61") == std::vector<std::string>{"acpi HISI0A61", "acpi HISI"});
        CHECK(spelled(Registry::acpi, "HWV0001") == std::vector<std::string>{"acpi HWV0001", "pnp HWV"});
        CHECK(spelled(Registry::acpi, "HUAWEI") == std::vector<std::string>{"acpi HUAWEI"});
    }

    TEST_CASE("each reason has its own word and a meaning") {
        std::set<std::string_view> words;
        for (const MatchReason reason : all_match_reasons()) {
            CHECK(words.insert(name(reason)).second);
            CHECK_FALSE(meaning(reason).empty());
        }
        CHECK(words.size() == 16);
    }
}
