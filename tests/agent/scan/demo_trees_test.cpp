// The made-up trees of the demo: what policy is to find in them is there, a part can be taken out and put in, and
// another boot's numbers change nothing.

#include "agent/scan.hpp"
#include "tests/agent/support/demo_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace assay::agent {
namespace {

using test::DemoTree;

Scan scanned(const std::string& dir) {
    auto view = View::replay(dir);
    REQUIRE(view.has_value());
    return scan(*view, {});
}

const Component& component(const Scan& result, std::string_view key) {
    const auto found = std::ranges::find(result.inventory.components, key, &Component::key);
    CAPTURE(key);
    REQUIRE(found != result.inventory.components.end());
    return *found;
}

bool has(const Component& one, Registry registry, std::string_view value) {
    return std::ranges::count(one.identifiers, Identifier{registry, std::string(value)}) == 1;
}

std::set<std::string> keys(const Scan& result) {
    std::set<std::string> out;
    for (const Component& one : result.inventory.components) out.insert(one.key);
    return out;
}

TEST_SUITE("demo_trees") {
    TEST_CASE("the aggregation router has a covered card, a covered subsystem, and clean parts") {
        const Scan router = scanned(DemoTree("aggregation-router").path());
        const std::set<std::string> lacking{"bmc",        "device_tree",   "efi",         "event_log",
                                            "flash",      "flash_content", "ima",         "option_rom",
                                            "pci_config", "tpm",           "transceiver", "vpd"};
        for (const SourceReport& one : router.inventory.sources) {
            CAPTURE(one.source);
            CHECK(one.state == (lacking.contains(one.source) ? SourceState::absent : SourceState::ok));
        }
        const Component& card = component(router, "pci/0000:00/01.0/00.0");
        CHECK(has(card, Registry::pci, "19e5:0222"));
        CHECK(card.location.slot == "1");
        CHECK(card.parent == "pci/0000:00/01.0");
        const Component& adapter = component(router, "pci/0000:00/02.0/00.0");
        CHECK(has(adapter, Registry::pci, "8086:1572"));
        CHECK(has(adapter, Registry::pci_subsystem, "19e5:d11c"));
        const Component& port = component(router, "net/pci/0000:00/02.0/00.0/0");
        CHECK(has(port, Registry::mac, "3cfdfeaa2000"));
        CHECK(port.firmware.at(0).version.text() == "8.30 0x8000a49d 1.2926.0");
        CHECK(has(component(router, "smbios/memory/DIMM_A1"), Registry::jedec, "1:ce"));
        CHECK_FALSE(keys(router).contains("smbios/memory/DIMM_A2"));
        CHECK(component(router, "block/pci/0000:00/1f.2/port1/0:0:0").serial.text() == "PHYF000000DEMO1");
        CHECK(component(router, "block/pci/0000:00/03.1/00.0").firmware.at(0).version.text() == "EXA7301Q");
        const Component& board = component(router, "board_eeprom/pci/0000:00/1f.3/71.3/51");
        CHECK(board.names.at("eeprom").text() == "ok");
        CHECK(board.names.at("vendor").text() == "Example Networks (demo)");
        CHECK(board.serial.text() == "AR9K-DEMO-0001");
        CHECK(has(board, Registry::mac, "3cfdfeaa2f00"));
        CHECK(decode_inventory(encode_inventory(router.inventory)).has_value());
    }

    TEST_CASE("the branch CPE has a covered modem behind a hub, a covered MAC block and a covered chip") {
        const Scan cpe = scanned(DemoTree("branch-cpe").path());
        const Component& modem = component(cpe, "usb/0000:00/15.0/hs/2.3");
        CHECK(has(modem, Registry::usb, "12d1:14dc"));
        CHECK(modem.parent == "usb/0000:00/15.0/hs/2");
        CHECK(modem.names.at("interfaces").text() == "02/06/00 0a/00/00");
        CHECK(has(component(cpe, "net/pci/0000:00/09.0/00.0/0"), Registry::mac, "00e0fc778801"));
        CHECK(has(component(cpe, "pci/0000:00/0a.0/00.0"), Registry::pci, "1cf2:8036"));
        const Component& mobile = component(cpe, "net/usb/0000:00/15.0/hs/2.3/0");
        CHECK(mobile.identifiers.empty());  // its address is made up at every boot
        REQUIRE(cpe.firmware.value().files.size() == 2);
        CHECK(cpe.firmware->files[0].state == SourceState::absent);
        CHECK(cpe.firmware->files[1].state == SourceState::ok);
        CHECK(cpe.firmware->files[1].file == "rtl_nic/rtl8168h-2.fw");
    }

    TEST_CASE("what a part takes with it when it is taken out is its own, and nothing else changes") {
        const Scan before = scanned(DemoTree("aggregation-router").path());
        const Scan after = scanned(DemoTree("aggregation-router", "--without hi1822-card").path());
        std::set<std::string> gone;
        std::ranges::set_difference(keys(before), keys(after), std::inserter(gone, gone.end()));
        CHECK(
            gone ==
            std::set<std::string>{
                "pci/0000:00/01.0/00.0", "pci/0000:00/01.0/00.1", "net/pci/0000:00/01.0/00.0/0",
                "net/pci/0000:00/01.0/00.1/0"
            }
        );
        for (const Component& one : after.inventory.components) CHECK(one == component(before, one.key));
        CHECK(after.inventory.sources == before.inventory.sources);
    }

    TEST_CASE("a part of another description can be plugged in") {
        const DemoTree unused("branch-cpe");
        unused.around().file("plug.toml", "[[usb]]\ncontroller = \"15.0\"\nports = \"1\"\nid = \"19d2:1405\"\n");
        const DemoTree plugged("branch-cpe", "--with " + unused.around().path("plug.toml"));
        CHECK(has(component(scanned(plugged.path()), "usb/0000:00/15.0/hs/1"), Registry::usb, "19d2:1405"));
    }

    TEST_CASE("other bus numbers at another boot change the placement, not one byte of the inventory") {
        for (const char* name : {"aggregation-router", "branch-cpe"}) {
            CAPTURE(name);
            const Scan one = scanned(DemoTree(name).path());
            const Scan other = scanned(DemoTree(name, "--first-bus 64 --first-usb-bus 9").path());
            CHECK(encode_inventory(one.inventory) == encode_inventory(other.inventory));
            CHECK(encode_placement(one.placement) != encode_placement(other.placement));
        }
    }
}

}  // namespace
}  // namespace assay::agent
