#include "agent/sources/device_path.hpp"

#include <doctest/doctest.h>

namespace assay::agent {

TEST_SUITE("device_path") {
    TEST_CASE("the key of a PCI function is the slots on its way, without bus numbers") {
        const auto node = pci_node("sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.1/net/eth0");
        REQUIRE(node.has_value());
        CHECK(node->key == "pci/0000:00/1c.0/00.1");
        CHECK(node->path == "sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.1");
        CHECK(node->parent_key == "pci/0000:00/1c.0");
        CHECK(node->root_key == "pci/0000:00");
        CHECK(pci_node("sys/devices/pci0000:00/0000:00:1c.0/0000:7f:00.1")->key == node->key);
    }

    TEST_CASE("a root bus behind a function goes on with its chain") {
        const auto node = pci_node("sys/devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0");
        REQUIRE(node.has_value());
        CHECK(node->key == "pci/0000:00/0e.0/e0/06.0/00.0");
        CHECK(node->parent_key == "pci/0000:00/0e.0/e0/06.0");
        CHECK(node->root_key == "pci/0000:00/0e.0/e0");
    }

    TEST_CASE("a platform bridge in front of the root bus does not disturb") {
        CHECK(pci_node("sys/devices/platform/soc/6000.pcie/pci0001:00/0001:00:00.0")->key == "pci/0001:00/00.0");
    }

    TEST_CASE("what is not a PCI path has no node") {
        for (const char* path :
             {"", "sys/devices/platform/dummy", "sys/devices/pci0000:00", "sys/devices/0000:00:01.0",
              "sys/devices/pci0000:00/0000:00:01.8", "sys/devices/pci0000:0/0000:00:01.0"}) {
            CAPTURE(path);
            CHECK_FALSE(pci_node(path).has_value());
        }
    }

    TEST_CASE("a PCI address has one spelling") {
        CHECK(parse_pci_address("0000:03:00.0").has_value());
        CHECK(parse_pci_address("10000:e1:1f.7").has_value());
        for (const char* text :
             {"0000:03:00.8", "0000:03:00", "000:03:00.0", "0000:0g:00.0", "0000:03-00.0", "0000:03:00.0x", ""}) {
            CAPTURE(text);
            CHECK_FALSE(parse_pci_address(text).has_value());
        }
    }

    TEST_CASE("a numbered part is its word and digits") {
        CHECK(numbered("spi0", "spi"));
        CHECK(numbered("mtd12", "mtd"));
        for (const char* part : {"spi", "spi_master", "spi0.1", "xspi0", "sp", ""}) CHECK_FALSE(numbered(part, "spi"));
    }
}

}  // namespace assay::agent
