#include "collector/findings/unknown_identifier.hpp"

#include "tests/policy/registry_text.hpp"
#include "tests/policy/shipped_packs.hpp"

using namespace assay;

namespace {

Component part(std::string key, std::vector<Identifier> identifiers) {
    Component out;
    out.key = std::move(key);
    out.kind = ComponentKind::pci_function;
    out.identifiers = std::move(identifiers);
    return out;
}

}  // namespace

TEST_SUITE("unknown identifiers") {
    TEST_CASE("each number that nobody is known to hold, by part, and no other") {
        Inventory inventory;
        inventory.components = {
            part("pci/1", {{Registry::pci, "8086:1572"}, {Registry::pci_subsystem, "abce:0001"}}),
            part("pci/2", {{Registry::pci, "ffff:ffff"}, {Registry::pci_subsystem, "0000:0000"}}),
            part("pci/3", {{Registry::pci, "19e5:0222"}, {Registry::mac, "525400aa0001"}}),
            part("tpm/0", {{Registry::tpm_vendor, "4e544300"}}),
        };
        normalise(inventory);
        const auto unknown = find_unknown(inventory, policy::good_set({}), policy::shipped_registries());
        REQUIRE(unknown.size() == 4);
        CHECK(
            unknown[0] ==
            UnknownIdentifier{"pci/1", {Registry::pci_subsystem, "abce:0001"}, "abce", policy::Unknown::not_registered}
        );
        CHECK(
            unknown[1] == UnknownIdentifier{"pci/2", {Registry::pci, "ffff:ffff"}, "ffff", policy::Unknown::reserved}
        );
        CHECK(unknown[2].why == policy::Unknown::local);
        CHECK(unknown[2].vendor == "525400");
        CHECK(unknown[3].why == policy::Unknown::no_snapshot);
        const json::Object value = to_json(unknown[0]);
        CHECK(value.at("vendor").as_string() == "abce");
        CHECK(value.at("reason").as_string() == "not_registered");
    }

    TEST_CASE("without snapshots every number that no pack knows is unknown, because nobody has looked") {
        Inventory inventory;
        inventory.components = {part("pci/1", {{Registry::pci, "8086:1572"}, {Registry::usb, "12d1:0001"}})};
        const auto unknown = find_unknown(inventory, policy::shipped_packs(), policy::Registries());
        REQUIRE(unknown.size() == 1);  // a shipped pack knows 12d1
        CHECK(unknown[0].identifier.value == "8086:1572");
        CHECK(unknown[0].why == policy::Unknown::no_snapshot);
    }
}
