#include "agent/sources/smbios.hpp"
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
        CHECK(found.components.size() == 6);
        CHECK(component(found, "smbios/system").serial.text() == "2102311TYBN0J4000001");
        CHECK(component(found, "smbios/bios").firmware.at(0).version.text() == "1.35");
        CHECK(component(found, "smbios/memory/DIMM 0").names.at("part_number").text() == "RMSA3260");
        CHECK(component(found, "smbios/processor/CPU 0").location.slot == "CPU 0");
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
        const auto parts = components_of(table);
        REQUIRE(parts.size() == 4);
        CHECK(parts[0].key == "smbios/memory/DIMM 0/A");
        CHECK(parts[1].key == "smbios/memory/DIMM 0/B");
        CHECK(parts[2].key == "smbios/memory/DIMM 0/B/1");
        CHECK(parts[3].key == "smbios/memory/socket");
    }

    TEST_CASE("no tables are absent") {
        const ScratchTree tree;
        CHECK(read_smbios(replayed(tree)).report.state == SourceState::absent);
    }
}

}  // namespace
}  // namespace assay::agent
