#include "agent/sources/bmc.hpp"

#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string controller = "sys/devices/platform/ipmi_bmc.0";

// The attributes of a QEMU guest whose IPMI simulator was told to be Huawei's.
void add_controller(const ScratchTree& tree) {
    tree.file(controller + "/additional_device_support", "0x07\n");
    tree.file(controller + "/device_id", "32\n");
    tree.file(controller + "/firmware_revision", "3.18\n");
    tree.file(controller + "/ipmi_version", "2.0\n");
    tree.file(controller + "/manufacturer_id", "0x0007db\n");
    tree.file(controller + "/product_id", "0x0114\n");
    tree.file(controller + "/provides_device_sdrs", "0\n");
    tree.file(controller + "/revision", "0\n");
    const std::string interface = "sys/devices/pci0000:00/0000:00:1f.0/IPI0001:00";
    tree.file(interface + "/modalias", "acpi:IPI0001:\n");
    relative_link(tree, controller + "/ipmi0", interface);
    tree.file("sys/devices/platform/serial8250/uevent", "\n");
}

TEST_SUITE("bmc") {
    TEST_CASE("a controller has its maker's enterprise number, its product and its firmware") {
        const ScratchTree tree;
        add_controller(tree);
        const Found found = read_bmc(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"bmc"});
        REQUIRE(found.components.size() == 1);
        const Component& one = component(found, "bmc/0");
        CHECK(one.kind == ComponentKind::bmc);
        CHECK(has(one, Registry::pen, "2011"));
        CHECK(one.names.at("product_id").text() == "0x0114");
        CHECK(one.names.at("ipmi_version").text() == "2.0");
        CHECK(one.firmware.at(0).version.text() == "3.18");
        CHECK(one.serial.absent());
        CHECK(one.parent == "pci/0000:00/1f.0");
        CHECK(found.placement.at("bmc/0").at("device") == "ipmi0");
    }

    TEST_CASE("a GUID is its serial, unless it is one of all zeros or of all ones") {
        for (const auto& [guid, kept] : std::initializer_list<std::pair<std::string, bool>>{
                 {"8c9f6f22-91b4-11e9-8000-b05cda000001", true},
                 {"00000000-0000-0000-0000-000000000000", false},
                 {"ffffffff-ffff-ffff-ffff-ffffffffffff", false},
                 {"1234", false}
             }) {
            CAPTURE(guid);
            const ScratchTree tree;
            add_controller(tree);
            tree.file(controller + "/guid", guid + "\n");
            tree.file(controller + "/aux_firmware_revision", "0x00 0x01 0x02 0x03\n");
            const Component one = component(read_bmc(replayed(tree)), "bmc/0");
            CHECK(one.serial.readable() == kept);
            if (kept) CHECK(one.serial.text() == guid);
            CHECK(one.firmware.at(1).name == "auxiliary");
        }
    }

    TEST_CASE("old kernels keep the attributes one folder deeper") {
        const ScratchTree tree;
        tree.file("sys/devices/platform/ipmi_bmc.0020.0114/bmc/manufacturer_id", "0x0002a2\n");
        CHECK(has(component(read_bmc(replayed(tree)), "bmc/0"), Registry::pen, "674"));
    }

    TEST_CASE("what cannot be read is told") {
        const ScratchTree tree;
        add_controller(tree);
        tree.file("kernel/unreadable", "error " + controller + "/manufacturer_id\n");
        const Found found = read_bmc(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        const Component& one = component(found, "bmc/0");
        CHECK(one.identifiers.empty());
        CHECK_FALSE(one.names.at("manufacturer_id").readable());
    }

    TEST_CASE("no controller is absent") {
        const ScratchTree tree;
        CHECK(read_bmc(replayed(tree)).report.state == SourceState::absent);
        tree.file("sys/devices/platform/serial8250/uevent", "\n");
        CHECK(read_bmc(replayed(tree)).report.state == SourceState::absent);
    }

    TEST_CASE("numbers that name no enterprise are none") {
        CHECK(enterprise_number("0x0007db") == "2011");
        CHECK(enterprise_number("7db") == "2011");
        for (const char* const none : {"", "0x", "0x000000", "0x0fffff", "0xffffff", "0x7dbx", "-1"})
            CHECK(enterprise_number(none).empty());
    }
}

}  // namespace
}  // namespace assay::agent
