#include "agent/sources/smbios.hpp"
#include "agent/sources/smbios_parts.hpp"
#include "tests/agent/support/sysfs.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

void add_tables(const ScratchTree& tree) {
    tree.file("sys/firmware/dmi/tables/smbios_entry_point", as_text(data("vm-measured-boot/fw/smbios_entry_point")));
    tree.file("sys/firmware/dmi/tables/DMI", as_text(data("vm-measured-boot/fw/DMI")));
}

smbios::MemoryDevice module(const char* locator, const char* bank, std::uint64_t kib) {
    smbios::MemoryDevice out;
    out.locator = Reading::of(locator);
    out.bank = Reading::of(bank);
    out.size_kib = kib;
    return out;
}

TEST_SUITE("smbios_source") {
    TEST_CASE("the tables of a machine become its system, board, chassis, BIOS, processor and module") {
        const ScratchTree tree;
        add_tables(tree);
        const Found found = read_smbios(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.components.size() == 7);
        CHECK(component(found, "smbios/system").serial.text() == "2102311TYBN0J4000001");
        CHECK(component(found, "smbios/bios").firmware.at(0).version.text() == "1.35");
        CHECK(component(found, "smbios/memory/DIMM 0").names.at("part_number").text() == "RMSA3260");
        CHECK(component(found, "smbios/memory/DIMM 0").names.at("type").text() == "ram");
        CHECK(component(found, "smbios/processor/CPU 0").location.slot == "CPU 0");
        CHECK(component(found, "smbios/bios").names.at("release").text() == "5.17");
        CHECK(component(found, "smbios/system").names.at("oem_strings").text() == "SDK: huawei iBMC | rig");
        const Component& ipmi = component(found, "smbios/ipmi");
        CHECK(ipmi.kind == ComponentKind::bmc);
        CHECK(ipmi.names.at("interface").text() == "kcs");
        CHECK(ipmi.names.at("ipmi_version").text() == "2.0");
    }

    TEST_CASE("a table that ends early gives what it has, and the source says error") {
        const ScratchTree tree;
        add_tables(tree);
        tree.file("sys/firmware/dmi/tables/DMI", as_text(data("vm-measured-boot/fw/DMI")).substr(0, 200));
        const Found found = read_smbios(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("smbios table") != std::string::npos);
        CHECK(component(found, "smbios/system").serial.text() == "2102311TYBN0J4000001");
    }

    TEST_CASE("an entry point that is none is an error, not an absent table") {
        const ScratchTree tree;
        add_tables(tree);
        tree.file("sys/firmware/dmi/tables/smbios_entry_point", std::string(31, 'x'));
        CHECK(read_smbios(replayed(tree)).report.state == SourceState::error);
    }

    TEST_CASE("without the privilege the public ids stand in, serials are unreadable and the source is denied") {
        const ScratchTree tree;
        add_tables(tree);
        const std::string id = "sys/devices/virtual/dmi/id";
        tree.file(id + "/sys_vendor", "Huawei\n");
        tree.file(id + "/product_name", "2288H V5\n");
        tree.file(id + "/product_serial", "");
        tree.file(id + "/bios_version", "1.35\n");
        relative_link(tree, "sys/class/dmi/id", id);
        tree.file(
            "kernel/unreadable",
            "denied sys/firmware/dmi/tables/smbios_entry_point\ndenied sys/firmware/dmi/tables/DMI\n"
            "denied sys/class/dmi/id/product_serial\n"
        );
        const Found found = read_smbios(replayed(tree));
        CHECK(found.report.state == SourceState::denied);
        CHECK(found.report.covered.empty());
        const Component& system = component(found, "smbios/system");
        CHECK(system.names.at("manufacturer").text() == "Huawei");
        CHECK(system.serial == Reading::unreadable("denied"));
        CHECK(component(found, "smbios/bios").firmware.at(0).version.text() == "1.35");
    }

    TEST_CASE("modules whose sockets share a name have different keys; empty sockets are no parts") {
        smbios::Table table;
        table.memory_devices = {
            module("DIMM 0", "A", 1024), module("DIMM 0", "B", 1024), module("DIMM 0", "B", 1024),
            module("DIMM 1", "A", 0), module("", "", 1024)
        };
        const auto parts = smbios_components(table);
        REQUIRE(parts.size() == 4);
        CHECK(parts[0].key == "smbios/memory/DIMM 0/A");
        CHECK(parts[1].key == "smbios/memory/DIMM 0/B");
        CHECK(parts[2].key == "smbios/memory/DIMM 0/B/1");
        CHECK(parts[3].key == "smbios/memory/socket");
    }

    TEST_CASE("slots are parts, full or empty; firmware items, the TPM and the host interface too") {
        smbios::Table table;
        table.slots = {
            {Reading::of("PCIe Slot 2"), 0xb6, 4, 2, std::nullopt},
            {Reading::of("PCIe Slot 2"), 0xb6, 3, 3, std::nullopt}
        };
        table.firmware_items = {{Reading::of("BMC"), Reading::of("3.18"), {}, {}, Reading::of("Huawei"), {}}};
        table.host_interfaces = {{0x40, 2, "046b:ffb0", ""}};
        table.tpm_devices = {{0x494e5443, "2.0", 0x025800120000047a, {}}};
        const auto parts = smbios_components(table);
        REQUIRE(parts.size() == 5);
        CHECK(parts[0].key == "smbios/slot/PCIe Slot 2");
        CHECK(parts[0].kind == ComponentKind::slot);
        CHECK(parts[0].names.at("type").text() == "pcie_3_x16");
        CHECK(parts[0].names.at("usage").text() == "in_use");
        CHECK(parts[0].names.at("id").text() == "2");
        CHECK(parts[0].location.slot == "PCIe Slot 2");
        CHECK(parts[1].key == "smbios/slot/PCIe Slot 2/1");
        CHECK(parts[1].names.at("usage").text() == "available");
        CHECK(parts[2].key == "smbios/firmware/BMC");
        CHECK(parts[2].firmware.at(0).version.text() == "3.18");
        CHECK(parts[2].location.slot.empty());
        CHECK(parts[3].key == "smbios/host_interface");
        CHECK(has(parts[3], Registry::usb, "046b:ffb0"));
        CHECK(parts[4].key == "smbios/tpm");
        CHECK(has(parts[4], Registry::tpm_vendor, "494e5443"));
        CHECK(parts[4].firmware.at(0).version.text() == "600.18.0.1146");
    }

    TEST_CASE("the PCI function in a slot or onboard is told its place; what is disabled or not there is not") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:1c.0/0000:03:00.0", {{"vendor", "0x19e5"}});
        add_pci(tree, "pci0000:00/0000:00:1f.6", {{"vendor", "0x8086"}});
        smbios::Table table;
        table.slots = {
            {Reading::of("Slot 1"), 0xb6, 4, 1, smbios::PciLocation{0, 3, 0, 0}},
            {Reading::of("Slot 9"), 0xb6, 3, 9, smbios::PciLocation{0, 9, 0, 0}},
            {Reading::of("Slot 8"), 0xb6, 3, 8, std::nullopt}
        };
        table.onboard_devices = {
            {Reading::of("LAN 1"), 5, true, 1, smbios::PciLocation{0, 0, 0x1f, 6}},
            {Reading::of("LAN 2"), 5, false, 2, smbios::PciLocation{0, 3, 0, 0}}
        };
        const auto places = places_of(table, replayed(tree));
        REQUIRE(places.size() == 2);
        CHECK(places[0].key == "pci/0000:00/1c.0/00.0");
        CHECK(places[0].location.slot == "Slot 1");
        CHECK(places[1].key == "pci/0000:00/1f.6");
        CHECK(places[1].location.slot == "LAN 1");
    }

    TEST_CASE("no tables are absent") {
        const ScratchTree tree;
        CHECK(read_smbios(replayed(tree)).report.state == SourceState::absent);
    }
}

}  // namespace
}  // namespace assay::agent
