#include "policy/registries.hpp"

#include "policy/same_house.hpp"
#include "tests/policy/registry_text.hpp"
#include "tests/policy/shipped_packs.hpp"

using namespace assay;
using namespace assay::policy;

namespace {

Identifier id(Registry registry, std::string_view value) {
    return make_identifier(registry, value).value();
}

Registries small() {
    std::vector<RegistrySnapshot> out;
    out.push_back(good_snapshot("pci", "8086\tIntel Corporation\n"));
    out.push_back(good_snapshot(
        "oui", "00e0fc\tHuawei\n020701\tOld local\n402c76\tLarge\n402c761\tMiddle\n70b3d5f2f\tTeleplatforms\n"
    ));
    out.push_back(good_snapshot("pnp", "NTC\tNuvoton\n"));
    return registries_of(std::move(out));
}

PackSet no_packs() {
    return good_set({});
}

std::string holder(const Registries& all, const Identifier& identifier) {
    const auto found = all.holder(identifier);
    return found ? std::string(found->row->holder) : "";
}

}  // namespace

TEST_SUITE("registries") {
    TEST_CASE("the holder is looked up by the vendor's part, of addresses by the longest block") {
        const Registries all = small();
        CHECK(holder(all, id(Registry::pci, "8086:1572")) == "Intel Corporation");
        CHECK(holder(all, id(Registry::pci_subsystem, "8086:0000")) == "Intel Corporation");
        CHECK(holder(all, id(Registry::mac, "00e0fc000001")) == "Huawei");
        CHECK(holder(all, id(Registry::mac, "402c76100000")) == "Middle");
        CHECK(holder(all, id(Registry::mac, "402c76200000")) == "Large");
        CHECK(holder(all, id(Registry::mac, "70b3d5f2f123")) == "Teleplatforms");
        CHECK(holder(all, id(Registry::mac, "70b3d5f30000")) == "");
        CHECK(holder(all, id(Registry::sff_oui, "00e0fc")) == "Huawei");
        CHECK(holder(all, id(Registry::acpi, "NTC0702")) == "Nuvoton");
        CHECK(holder(all, id(Registry::usb, "8086:0001")) == "");
    }

    TEST_CASE("two snapshots of one registry are refused by name") {
        std::vector<RegistrySnapshot> twice;
        twice.push_back(good_snapshot("pci", "8086\tA\n"));
        twice.push_back(good_snapshot("pci", "8086\tB\n"));
        const auto set = Registries::compose(std::move(twice));
        REQUIRE_FALSE(set);
        CHECK(set.error().code == Errc::conflict);
        CHECK(set.error().message().find("pci.tsv") != std::string::npos);
    }

    TEST_CASE("why nobody is known") {
        const Registries all = small();
        const PackSet packs = no_packs();
        const auto why = [&](Registry registry, std::string_view value) {
            const auto found = unknown(all, packs, id(registry, value));
            return found ? std::string(name(*found)) : "";
        };
        CHECK(why(Registry::pci, "8086:1572") == "");
        CHECK(why(Registry::pci, "1cf2:8139") == "not_registered");
        CHECK(why(Registry::pci, "ffff:ffff") == "reserved");
        CHECK(why(Registry::pci, "0000:0001") == "reserved");
        CHECK(why(Registry::pci_subsystem, "0000:0000") == "");
        CHECK(why(Registry::pci_subsystem, "0000:1234") == "reserved");
        CHECK(why(Registry::usb, "0000:0000") == "reserved");
        CHECK(why(Registry::usb, "12d1:0001") == "no_snapshot");
        CHECK(why(Registry::sff_oui, "000000") == "");
        CHECK(why(Registry::sff_oui, "001234") == "not_registered");
        CHECK(why(Registry::mac, "525400aa0001") == "local");
        CHECK(why(Registry::mac, "020701000000") == "");  // assigned before the bit meant anything
        CHECK(why(Registry::mac, "01005e000001") == "reserved");
        CHECK(why(Registry::mac, "000000000000") == "reserved");
        CHECK(why(Registry::mac, "70b3d5f30000") == "not_registered");
        CHECK(why(Registry::acpi, "NTC0702") == "");
        CHECK(why(Registry::acpi, "XYZ0702") == "not_registered");
        CHECK(why(Registry::acpi, "MSFT0101") == "no_snapshot");
        CHECK(why(Registry::midr, "41") == "no_snapshot");
    }

    TEST_CASE("a number that a pack knows is known, whole or by its vendor's part") {
        std::vector<Pack> packs;
        packs.push_back(good_pack(with_header(
            "entities = [{ id = \"a\", name = \"A\" }]\nidentifiers = [{ entity = \"a\", registry = \"pci\", "
            "values = [\"1cf2\", \"1cf3:0001\"], confidence = \"observed\", source = \"s\" }, { entity = \"a\", "
            "registry = \"oui\", values = [\"4ac03f\"], confidence = \"registered\", source = \"s\" }]\n"
        )));
        const PackSet set = good_set(std::move(packs));
        const Registries all = small();
        CHECK_FALSE(unknown(all, set, id(Registry::pci, "1cf2:8139")));
        CHECK_FALSE(unknown(all, set, id(Registry::pci, "1cf3:0001")));
        CHECK(unknown(all, set, id(Registry::pci, "1cf3:0002")) == Unknown::not_registered);
        CHECK_FALSE(unknown(all, set, id(Registry::mac, "4ac03f000001")));
    }

    TEST_CASE("the vendor's part of each registry") {
        CHECK(vendor_part(id(Registry::pci, "8086:1572")) == "8086");
        CHECK(vendor_part(id(Registry::usb, "12d1:0001")) == "12d1");
        CHECK(vendor_part(id(Registry::mac, "00e0fc000001")) == "00e0fc");
        CHECK(vendor_part(id(Registry::acpi, "NTC0702")) == "NTC");
        CHECK(vendor_part(id(Registry::acpi, "HISI0A61")) == "HISI");
        CHECK(vendor_part(id(Registry::acpi, "X")) == "X");
        CHECK(vendor_part(id(Registry::jedec, "8:b6")) == "8:b6");
    }

    TEST_CASE("the words of a reason lead back to it") {
        for (const Unknown why : {Unknown::not_registered, Unknown::reserved, Unknown::local, Unknown::no_snapshot}) {
            CHECK(unknown_named(name(why)) == why);
            CHECK_FALSE(meaning(why).empty());
        }
        CHECK_FALSE(unknown_named("clean"));
    }

    TEST_CASE("the snapshots that ship know what everybody knows, and nothing of what is nobody's") {
        const Registries& all = shipped_registries();
        CHECK(all.all().size() == 4);
        CHECK(holder(all, id(Registry::pci, "8086:1572")) == "Intel Corporation");
        CHECK(holder(all, id(Registry::usb, "12d1:14dc")) == "Huawei Technologies Co., Ltd.");
        CHECK(holder(all, id(Registry::mac, "00e0fc000001")) == "HUAWEI TECHNOLOGIES CO.,LTD");
        CHECK(holder(all, id(Registry::mac, "70b3d5f2f000")) == "TELEPLATFORMS");
        for (const char* number : {"ffff:0000", "0001:0000", "1cf2:8139", "fffe:0000"})
            CHECK(holder(all, id(Registry::pci, number)) == "");
        for (const RegistrySnapshot& one : all.all()) {
            CHECK_FALSE(one.licence().empty());
            CHECK(one.rows().size() > 2'000);
        }
    }

    TEST_CASE("the pack of address blocks and the snapshot of the same day name the same holders") {
        const RegistrySnapshot* snapshot = shipped_registries().of(Registry::mac);
        const Pack pack = shipped_pack("mac-blocks");
        REQUIRE(snapshot->date() == pack.date);
        std::size_t compared = 0;
        for (const IdentifierRow& row : pack.identifiers) {
            for (const Pattern& pattern : row.patterns) {
                CAPTURE(pattern.value);
                const auto* found = snapshot->find(pattern.value);
                REQUIRE(found != nullptr);
                CHECK(found->holder == row.registered_to);
                ++compared;
            }
        }
        CHECK(compared > 1'000);
    }
}

TEST_SUITE("same house") {
    TEST_CASE("numbers of one entity, or of linked ones, whatever the days") {
        std::vector<Pack> packs;
        packs.push_back(good_pack(with_header(R"(
entities = [{ id = "a", name = "A" }, { id = "b", name = "B" }, { id = "c", name = "C" }, { id = "d", name = "D" }]
links = [
  { entity = "b", of = "a", kind = "subsidiary", citation = "r", until = 2001-01-01 },
  { entity = "c", of = "a", kind = "affiliate", citation = "r" },
]
identifiers = [
  { entity = "a", registry = "pci", values = ["aaaa"], confidence = "registered", source = "s" },
  { entity = "b", registry = "pci", values = ["bbbb"], confidence = "registered", source = "s" },
  { entity = "c", registry = "oui", values = ["cccccc"], confidence = "registered", source = "s" },
  { entity = "d", registry = "pci", values = ["dddd"], confidence = "registered", source = "s" },
]
)")));
        const PackSet set = good_set(std::move(packs));
        const auto houses = [&set](Registry registry, const char* value) {
            return houses_of(set, std::vector{Pattern{registry, value}});
        };
        const auto a = houses(Registry::pci, "aaaa");
        const auto b = houses(Registry::pci, "bbbb");
        const auto c = houses(Registry::mac, "cccccc");
        CHECK(meet(a, b));
        CHECK(meet(b, c));  // sisters
        CHECK_FALSE(meet(a, houses(Registry::pci, "dddd")));
        CHECK(houses(Registry::pci, "eeee").empty());
        CHECK_FALSE(meet({}, {}));
    }
}
