#include "agent/sources/usb.hpp"

#include "agent/sources/usb_path.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string controller = "pci0000:00/0000:00:14.0";

void add_root_hub(const ScratchTree& tree, const std::string& bus, const std::string& speed) {
    add_usb(
        tree, controller + "/usb" + bus,
        {{"idVendor", "1d6b"},
         {"idProduct", "0002"},
         {"speed", speed},
         {"busnum", bus},
         {"devnum", "1"},
         {"product", "xHCI Host Controller"},
         {"manufacturer", "Linux 6.1.0 xhci-hcd"},
         {"serial", "0000:00:14.0"},
         {"bcdDevice", "0601"},
         {"bDeviceClass", "09"}}
    );
}

std::map<std::string, std::string> modem() {
    return {{"idVendor", "12d1"},   {"idProduct", "14dc"}, {"busnum", "1"},
            {"devnum", "7"},        {"serial", "X1"},      {"manufacturer", "HUAWEI_MOBILE"},
            {"bDeviceClass", "00"}, {"bcdDevice", "0102"}};
}

TEST_SUITE("usb_path") {
    TEST_CASE("a path gives the device, its root hub, its controller and its ports") {
        const auto node = usb_node("sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4.2/1-4.2:1.0/host6/block/sdb");
        REQUIRE(node.has_value());
        CHECK(node->path == "sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4.2");
        CHECK(node->root_path == "sys/devices/pci0000:00/0000:00:14.0/usb1");
        CHECK(node->controller == "sys/devices/pci0000:00/0000:00:14.0");
        CHECK(node->ports == "4.2");
    }

    TEST_CASE("what is not a USB path has no node, and what only looks like a port is none") {
        CHECK_FALSE(usb_node("sys/devices/pci0000:00/0000:00:14.0").has_value());
        CHECK_FALSE(usb_node("usb1").has_value());
        CHECK_FALSE(usb_node("sys/devices/usbmisc/1-1").has_value());
        for (const char* part : {"1-0:1.0", "1-.2", "1-4..2", "1-4.", "2-4", "1-x"}) {
            CAPTURE(part);
            CHECK(usb_node("sys/devices/p/usb1/" + std::string(part))->ports.empty());
        }
    }

    TEST_CASE("the kind of a root hub is told by its speed") {
        CHECK(root_hub_kind("480") == "hs");
        CHECK(root_hub_kind("12") == "fs");
        CHECK(root_hub_kind("20000") == "ss");
        CHECK(root_hub_kind("") == "hub");
    }

    TEST_CASE("what hangs on neither PCI nor USB is told by its place below sys/devices") {
        const ScratchTree tree;
        CHECK(key_or_place(replayed(tree), "sys/devices/platform/soc/fe300000.mmc") == "platform/soc/fe300000.mmc");
    }
}

TEST_SUITE("usb") {
    TEST_CASE("a device behind a hub: key, parent, strings and the classes of its interfaces") {
        const ScratchTree tree;
        add_root_hub(tree, "1", "480");
        add_usb(tree, controller + "/usb1/1-4", {{"idVendor", "0424"}, {"idProduct", "2514"}});
        add_usb(tree, controller + "/usb1/1-4/1-4.2", modem());
        for (const char* number : {"0", "1"}) {
            const std::string below = controller + "/usb1/1-4/1-4.2/1-4.2:1." + number;
            add_usb(
                tree, below, {{"bInterfaceClass", "02"}, {"bInterfaceSubClass", "06"}, {"bInterfaceProtocol", "00"}}
            );
        }
        const Found found = read_usb(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"usb/0000:00/14.0/hs"});
        const Component& one = component(found, "usb/0000:00/14.0/hs/4.2");
        CHECK(one.parent == "usb/0000:00/14.0/hs/4");
        CHECK(component(found, one.parent).parent == "usb/0000:00/14.0/hs");
        CHECK(component(found, "usb/0000:00/14.0/hs").parent == "pci/0000:00/14.0");
        CHECK(has(one, Registry::usb, "12d1:14dc"));
        CHECK(one.serial.text() == "X1");
        CHECK(one.location.port == "usb 4.2");
        CHECK(one.names.at("interfaces").text() == "02/06/00");
        CHECK(found.placement.at(one.key).at("device_number") == "7");
        CHECK(found.placement.at(one.key).at("address") == "1-4.2");
    }

    TEST_CASE("a device that is not authorised says so; raw descriptors are kept by hash, but not of root hubs") {
        const ScratchTree tree;
        add_root_hub(tree, "1", "480");
        auto kept_out = modem();
        kept_out["authorized"] = "0";
        kept_out["removable"] = "removable";
        add_usb(tree, controller + "/usb1/1-4", kept_out);
        auto ordinary = modem();
        ordinary["authorized"] = "1";
        ordinary["removable"] = "unknown";
        add_usb(tree, controller + "/usb1/1-5", ordinary);
        for (const char* at : {"", "/1-4"}) {
            tree.file("sys/devices/" + controller + "/usb1" + at + "/descriptors", "\x12\x01");
        }
        const Found found = read_usb(replayed(tree));
        const Component& one = component(found, "usb/0000:00/14.0/hs/4");
        CHECK(one.names.at("authorized").text() == "0");
        CHECK(one.names.at("removable").text() == "removable");
        CHECK(one.contents.at("descriptors") == sha256("\x12\x01"));
        const Component& other = component(found, "usb/0000:00/14.0/hs/5");
        CHECK_FALSE(other.names.contains("authorized"));
        CHECK_FALSE(other.names.contains("removable"));
        CHECK(other.contents.empty());
        CHECK(component(found, "usb/0000:00/14.0/hs").contents.empty());
    }

    TEST_CASE("of a root hub nothing is kept that the kernel made up") {
        const ScratchTree tree;
        add_root_hub(tree, "1", "480");
        const Found found = read_usb(replayed(tree));
        const Component& hub = component(found, "usb/0000:00/14.0/hs");
        CHECK(hub.serial.absent());
        CHECK_FALSE(hub.names.contains("manufacturer"));
        CHECK_FALSE(hub.names.contains("release"));
    }

    TEST_CASE("a missing serial, an empty one and one that may not be read are three values") {
        const ScratchTree tree;
        add_root_hub(tree, "1", "480");
        auto without = modem();
        without.erase("serial");
        add_usb(tree, controller + "/usb1/1-1", without);
        add_usb(tree, controller + "/usb1/1-2", modem());
        tree.file("sys/devices/" + controller + "/usb1/1-2/serial", "\n");
        add_usb(tree, controller + "/usb1/1-3", modem());
        tree.file("kernel/unreadable", "denied sys/devices/" + controller + "/usb1/1-3/serial\n");
        const Found found = read_usb(replayed(tree));
        CHECK(component(found, "usb/0000:00/14.0/hs/1").serial.absent());
        CHECK(component(found, "usb/0000:00/14.0/hs/2").serial == Reading::of(""));
        CHECK(component(found, "usb/0000:00/14.0/hs/3").serial == Reading::unreadable("denied"));
    }

    TEST_CASE("a device that only libusb lists is added by its descriptor; one that sysfs has is not doubled") {
        const ScratchTree tree;
        add_root_hub(tree, "1", "480");
        add_usb(tree, controller + "/usb1/1-4", modem());
        tree.file(
            "kernel/usb.json",
            R"({"devices":[{"vendor":4817,"product":5340,"device_class":0,"bus":1,"address":7,"ports":["4"]},)"
            R"({"vendor":6610,"product":5125,"device_class":239,"bus":1,"address":9,"ports":["4","2"]},)"
            R"({"vendor":7531,"product":2,"device_class":9,"bus":1,"address":1,"ports":[]}]})"
        );
        const Found found = read_usb(replayed(tree));
        CHECK(found.components.size() == 3);
        const Component& hidden = component(found, "usb/unplaced/4.2/19d2:1405");
        CHECK(has(hidden, Registry::usb, "19d2:1405"));
        CHECK(hidden.names.at("device_class").text() == "ef");
    }

    TEST_CASE("a device that vanished is no error, one that cannot be read is") {
        const ScratchTree tree;
        add_root_hub(tree, "1", "480");
        add_usb(tree, controller + "/usb1/1-1", modem());
        tree.remove("sys/devices/" + controller + "/usb1/1-1");
        CHECK(read_usb(replayed(tree)).report.state == SourceState::ok);
        add_usb(tree, controller + "/usb1/1-2", {{"idVendor", "zzzz"}, {"idProduct", "0001"}});
        const Found found = read_usb(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.components.size() == 1);
    }

    TEST_CASE("no USB at all is absent") {
        const ScratchTree tree;
        CHECK(read_usb(replayed(tree)).report.state == SourceState::absent);
    }
}

}  // namespace
}  // namespace assay::agent
