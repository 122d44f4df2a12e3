#include "agent/sources/boot_numbers.hpp"

#include <doctest/doctest.h>

#include <string>

namespace assay::agent {
namespace {

TEST_SUITE("boot_numbers") {
    TEST_CASE("what a boot assigns in a path becomes a star, what the firmware gives stays") {
        const std::string pci = "sys/devices/pci0000:00/0000:00:1c.0/";
        CHECK(without_boot_numbers(pci + "0000:03:00.0/vendor: said so") == pci + "0000:*:00.0/vendor: said so");
        CHECK(without_boot_numbers("sys/devices/pci0000:40/0000:40:01.0/x") == "sys/devices/pci0000:40/0000:40:01.0/x");
        CHECK(
            without_boot_numbers(pci + "usb1/1-4/1-4.2/1-4.2:1.0/host6/target6:0:0/6:0:0:0/block/sda") ==
            pci + "usb*/*-4/*-4.2/*-4.2:1.0/host*/target*:0:0/*:0:0:0/block/sd*"
        );
        CHECK(
            without_boot_numbers("sys/devices/platform/soc/spi_master/spi3/spi3.1/mtd/mtd7/name: x") ==
            "sys/devices/platform/soc/spi_master/spi*/spi*.1/mtd/mtd*/name: x"
        );
        CHECK(without_boot_numbers("dev/mtd2ro/1000+3000: x") == "dev/mtd*ro/1000+3000: x");
        CHECK(without_boot_numbers("sys/class/net/eth0/address: denied") == "sys/class/net/*/address: denied");
        CHECK(without_boot_numbers("sys/class/nvme/nvme0: is not a link") == "sys/class/nvme/nvme*: is not a link");
        CHECK(without_boot_numbers("sys/bus/usb/devices/usb12: is not") == "sys/bus/usb/devices/usb*: is not");
    }

    TEST_CASE("text that is no path stays as it is") {
        for (const char* text :
             {"", "overmounted: /sys/class/net", "gave no answer within 10000 ms", "smbios table: is shorter",
              "lib/modules/6.1.0-demo/kernel/x.ko: is no ELF file", "usb1 and 0000:03:00.0", "no sys/class/tpm", "/"}) {
            CHECK(without_boot_numbers(text) == text);
        }
    }
}

}  // namespace
}  // namespace assay::agent
