#include "agent/root/overmounts.hpp"

#include <doctest/doctest.h>

namespace assay::agent {

TEST_SUITE("overmounts") {
    TEST_CASE("a mount over a device is found, the usual places are not") {
        const auto found = overmounted(
            "21 20 0:20 / /sys rw,nosuid - sysfs sysfs rw\n"
            "22 21 0:7 / /sys/kernel/security rw - securityfs securityfs rw\n"
            "23 21 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
            "24 21 0:26 / /sys/firmware/efi/efivars rw - efivarfs efivarfs rw\n"
            "30 21 8:1 /tmp/x /sys/devices/pci0000:00/0000:00:03.0 rw - ext4 /dev/sda1 rw\n"
            "31 21 0:30 / /sys/class\\040net rw - tmpfs tmpfs rw\n"
            "32 1 0:31 / /system rw - tmpfs tmpfs rw\n"
        );
        CHECK(found == std::vector<std::string>{"/sys/class net", "/sys/devices/pci0000:00/0000:00:03.0"});
    }

    TEST_CASE("a name that only begins like a usual place is not one") {
        CHECK(overmounted("1 2 0:1 / /sys/kernel/securityx rw - tmpfs t rw").size() == 1);
        CHECK(overmounted("1 2 0:1 / /sys/fsx rw - tmpfs t rw").size() == 1);
    }

    TEST_CASE("lines cut short are no mounts") {
        CHECK(overmounted("1 2 0:1 /").empty());
        CHECK(overmounted("\n\n").empty());
        CHECK(overmounted("").empty());
    }
}

}  // namespace assay::agent
