// Values of device tree properties by the sections of the Devicetree Specification v0.4.

#include "evidence/hardware/device_tree.hpp"

#include "base/writer.hpp"

#include <doctest/doctest.h>

namespace assay::device_tree {
namespace {

using namespace std::literals;

std::string maker(std::string_view compatible) {
    const auto found = maker_of(compatible);
    return found ? std::string(name(found->registry)) + " " + found->value : "";
}

TEST_SUITE("device_tree_values") {
    TEST_CASE("a list is the strings between its NULs, empty ones too") {
        CHECK(decode_strings({})->empty());
        CHECK(*decode_strings(as_bytes("a,b\0c\0"sv)) == std::vector<std::string>{"a,b", "c"});
        CHECK(*decode_strings(as_bytes("\0\0"sv)) == std::vector<std::string>{"", ""});
    }

    TEST_CASE("a list cut anywhere but behind a NUL is none") {
        constexpr std::string_view whole = "acme,a\0b\0c,d\0"sv;
        for (std::size_t size = 1; size <= whole.size(); ++size) {
            CAPTURE(size);
            const auto read = decode_strings(as_bytes(whole.substr(0, size)));
            CHECK(read.has_value() == (whole[size - 1] == '\0'));
            if (!read) CHECK(read.error().code == Errc::bad_encoding);
        }
    }

    TEST_CASE("as many strings as one property may have, and one more") {
        std::string list;
        for (std::size_t i = 0; i < max_strings; ++i) list += "x\0"sv;
        CHECK(decode_strings(as_bytes(list))->size() == max_strings);
        CHECK(decode_strings(as_bytes(list + "x\0"s)).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("who a compatible names: the prefix before its comma in one spelling, or ids of PCI and USB") {
        CHECK(maker("hisilicon,hip05") == "devicetree hisilicon");
        CHECK(maker("Hisilicon,hip04-d01") == "devicetree hisilicon");
        CHECK(maker("jedec,spi-nor") == "devicetree jedec");
        CHECK(maker("usb1a40,101") == "usb 1a40:0101");
        CHECK(maker("usb424,2514.0a") == "usb 0424:2514");
        CHECK(maker("pci8086,1533") == "pci 8086:1533");
        CHECK(maker("pci14e4,16a7.1028.1f5b.2") == "pci 14e4:16a7");
        for (const char* const nobody :
             {"", "fixed-clock", ",x", "pciclass,0604", "ethernet-phy-ieee802.3-c22", "a b,c", "\xff,x"})
            CHECK(maker(nobody).empty());
        CHECK(maker("usbvision,x") == "devicetree usbvision");  // a prefix that begins like a bus
        CHECK(maker(std::string(32, 'a') + ",x") == "devicetree " + std::string(32, 'a'));
        CHECK(maker(std::string(33, 'a') + ",x").empty());
    }

    TEST_CASE("buses that leave the SoC, by the names in use, and nodes that only begin like one") {
        CHECK(bus_below("i2c@7e804000") == "i2c");
        CHECK(bus_below("i2c0") == "i2c");
        CHECK(bus_below("i2c-3") == "i2c");
        CHECK(bus_below("i2c-mux@70") == "i2c");
        CHECK(bus_below("spi-gpio") == "spi");
        CHECK(bus_below("mdio-bus@1") == "mdio");
        CHECK(bus_below("pcie@0,0") == "pci");
        CHECK(bus_below("mmc@1") == "sdio");
        CHECK(bus_below("localbus@ffe124000") == "local");
        for (const char* const none :
             {"", "soc", "spi-flash@0", "usb-phy@1", "serial-number", "cpus", "i2cx@1", "mmcblk"})
            CHECK(bus_below(none).empty());
        CHECK_FALSE(addressed("serial"));
        CHECK(addressed("pci"));
        CHECK_FALSE(sizeless("pci"));
        CHECK_FALSE(sizeless("local"));
        CHECK_FALSE(sizeless("serial"));
        CHECK(sizeless("i2c"));
    }

    TEST_CASE("status: disabled, failed with or without a reason, and on for all else") {
        CHECK(status_of("disabled") == Status::disabled);
        CHECK(status_of("fail") == Status::failed);
        CHECK(status_of("fail-overheated") == Status::failed);
        for (const char* const word : {"", "ok", "okay", "reserved", "failed", "Disabled"})
            CHECK(status_of(word) == Status::on);
    }

    TEST_CASE("volatile are nodes at their place, not of that name elsewhere") {
        for (const char* const node : {"/chosen", "/memory", "/memory@0", "/reserved-memory", "/__symbols__"})
            CHECK(volatile_node(node));
        for (const char* const node :
             {"/soc/chosen", "/memory@0/x", "/memory-controller@0", "/soc/memory@0", "chosen", ""})
            CHECK_FALSE(volatile_node(node));
        CHECK(volatile_property("local-mac-address"));
        CHECK_FALSE(volatile_property("bootargs"));  // of no meaning outside /chosen: what hides there is hashed
    }

    TEST_CASE("the hash is over framed fields: nothing can be moved from one to the next") {
        TreeHash hash;
        hash.node("/");
        hash.property("model", as_bytes("A\0"sv));
        Writer w;
        for (const std::string_view part : {"assay/device_tree/1"sv, "node"sv, "/"sv, "property"sv, "model"sv, "A\0"sv})
            w.framed(as_bytes(part));
        CHECK(hash.finish() == sha256(w.bytes()));
        TreeHash moved;
        moved.node("/");
        moved.property("modelA", as_bytes("\0"sv));
        CHECK(moved.finish() != sha256(w.bytes()));
    }
}

}  // namespace
}  // namespace assay::device_tree
