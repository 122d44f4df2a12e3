// A device is plugged in and pulled out in a umockdev testbed: both event sources tell, and the scan of the testbed's
// tree has it and then not. Runs under umockdev-wrapper; tests/agent/usb/CMakeLists.txt.

#include "agent/scan.hpp"
#include "agent/usb/device_list.hpp"
#include "agent/usb/hotplug.hpp"
#include "agent/wake.hpp"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/syscall.h>
#include <umockdev.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace assay::agent {
namespace {

struct FreeTestbed {
    void operator()(UMockdevTestbed* testbed) const { g_object_unref(testbed); }
};
using Testbed = std::unique_ptr<UMockdevTestbed, FreeTestbed>;

const std::string modem = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-4";

void add_controller(UMockdevTestbed* testbed) {
    REQUIRE(umockdev_testbed_add_from_string(
        testbed,
        "P: /devices/pci0000:00/0000:00:14.0\nE: SUBSYSTEM=pci\nE: PCI_SLOT_NAME=0000:00:14.0\n"
        "A: vendor=0x8086\\n\nA: device=0x8c31\\n\nA: class=0x0c0330\\n\n\n"
        "P: /devices/pci0000:00/0000:00:14.0/usb1\nN: bus/usb/001/001\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\n"
        "E: DEVNAME=/dev/bus/usb/001/001\nE: BUSNUM=001\nE: DEVNUM=001\nE: MAJOR=189\nE: MINOR=0\n"
        "A: idVendor=1d6b\\n\nA: idProduct=0002\\n\nA: busnum=1\\n\nA: devnum=1\\n\nA: speed=480\\n\nA: devpath=0\\n\n"
        "A: bConfigurationValue=1\\n\nA: maxchild=4\\n\n"
        "H: descriptors=12010002090001406B1D020006030201010109021900010100E0000904000001090000000705810304000C\n\n",
        nullptr
    ));
}

void plug(UMockdevTestbed* testbed) {
    REQUIRE(umockdev_testbed_add_from_string(
        testbed,
        "P: /devices/pci0000:00/0000:00:14.0/usb1/1-4\nN: bus/usb/001/007\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\n"
        "E: DEVNAME=/dev/bus/usb/001/007\nE: BUSNUM=001\nE: DEVNUM=007\nE: PRODUCT=12d1/14dc/102\nE: MAJOR=189\n"
        "E: MINOR=6\n"
        "A: idVendor=12d1\\n\nA: idProduct=14dc\\n\nA: busnum=1\\n\nA: devnum=7\\n\nA: speed=480\\n\nA: devpath=4\\n\n"
        "A: serial=X1\\n\nA: product=HUAWEI_MOBILE\\n\nA: bConfigurationValue=1\\n\n"
        "H: descriptors=1201000200000040D112DC1402010102030109021200010100A0FA0904000000FF000000\n\n",
        nullptr
    ));
    umockdev_testbed_uevent(testbed, modem.c_str(), "add");
}

// The View does not go through the C library's open(), so it is pointed at the testbed's directory.
bool scanned(UMockdevTestbed* testbed, std::string_view key) {
    gchar* const root = umockdev_testbed_get_root_dir(testbed);
    const auto view = View::replay(root);
    g_free(root);
    REQUIRE(view.has_value());
    const Scan result = scan(*view, {});
    return std::ranges::count(result.inventory.components, key, &Component::key) == 1;
}

// Without CAP_SYS_ADMIN the live view cannot mount a sysfs of its own and opens /sys, which umockdev redirects.
class WithoutMounting {
  public:
    WithoutMounting() {
        ::syscall(SYS_capget, &header_, before_);
        __user_cap_data_struct less[2] = {before_[0], before_[1]};
        less[0].effective &= ~(1U << CAP_SYS_ADMIN);
        ::syscall(SYS_capset, &header_, less);
    }
    WithoutMounting(const WithoutMounting&) = delete;
    WithoutMounting& operator=(const WithoutMounting&) = delete;
    ~WithoutMounting() { ::syscall(SYS_capset, &header_, before_); }

  private:
    __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct before_[2]{};
};

// Whether the wake tells within a time that is long for a machine and short for a person.
bool woken(Wake& wake) {
    for (int tries = 0; tries < 50; ++tries) {
        pollfd waited{wake.fd(), POLLIN, 0};
        if (::poll(&waited, 1, 200) > 0 && wake.drain()) return true;
    }
    return false;
}

TEST_SUITE("hotplug") {
    TEST_CASE("a plugged device wakes the agent and is in the next scan; a pulled one wakes it and is not") {
        const Testbed testbed(umockdev_testbed_new());
        REQUIRE(umockdev_in_mock_environment());
        add_controller(testbed.get());
        auto wake = Wake::open();
        REQUIRE(wake.has_value());
        CHECK(wake->lacking().empty());
        CHECK_FALSE(wake->drain());
        CHECK(scanned(testbed.get(), "usb/0000:00/14.0/hs"));
        CHECK_FALSE(scanned(testbed.get(), "usb/0000:00/14.0/hs/4"));

        plug(testbed.get());
        CHECK(woken(*wake));
        CHECK(scanned(testbed.get(), "usb/0000:00/14.0/hs/4"));

        while (wake->drain()) {
        }
        umockdev_testbed_uevent(testbed.get(), modem.c_str(), "remove");
        umockdev_testbed_remove_device(testbed.get(), modem.c_str());
        CHECK(woken(*wake));
        CHECK_FALSE(scanned(testbed.get(), "usb/0000:00/14.0/hs/4"));
    }

    TEST_CASE("the live view shows the plugged device too, through the system's /sys") {
        const Testbed testbed(umockdev_testbed_new());
        add_controller(testbed.get());
        plug(testbed.get());
        const WithoutMounting here;
        const auto view = View::live();
        REQUIRE(view.has_value());
        CHECK(view->sysfs_access() == SysfsAccess::system_mount);
        const Scan result = scan(*view, {});
        CHECK_FALSE(result.inventory.replayed);
        CHECK(std::ranges::count(result.inventory.components, "usb/0000:00/14.0/hs/4", &Component::key) == 1);
    }

    TEST_CASE("uevents alone tell of the device, with its place") {
        const Testbed testbed(umockdev_testbed_new());
        add_controller(testbed.get());
        auto uevents = usb::Uevents::open();
        REQUIRE(uevents.has_value());
        plug(testbed.get());
        std::vector<usb::DeviceEvent> events;
        for (int tries = 0; tries < 50 && events.empty(); ++tries) {
            std::vector<pollfd> waited;
            for (const int fd : (*uevents)->fds()) waited.push_back({fd, POLLIN, 0});
            ::poll(waited.data(), waited.size(), 200);
            events = (*uevents)->drain();
        }
        REQUIRE_FALSE(events.empty());
        CHECK(events[0].action == "add");
        CHECK(events[0].subsystem == "usb");
        CHECK("/sys" + events[0].path == modem);
        CHECK(concerns_hardware(events[0]));
    }

    TEST_CASE("libusb alone tells of the device, by its ids, without opening it") {
        const Testbed testbed(umockdev_testbed_new());
        add_controller(testbed.get());
        auto hotplug = usb::Hotplug::open();
        REQUIRE(hotplug.has_value());
        CHECK((*hotplug)->drain().empty());
        plug(testbed.get());
        std::vector<usb::DeviceEvent> events;
        for (int tries = 0; tries < 50 && events.empty(); ++tries) {
            std::vector<pollfd> waited;
            for (const int fd : (*hotplug)->fds()) waited.push_back({fd, POLLIN, 0});
            ::poll(waited.data(), waited.size(), 200);
            events = (*hotplug)->drain();
        }
        REQUIRE(events.size() == 1);
        CHECK(events[0].action == "add");
        CHECK(events[0].path == "usb 12d1:14dc");
    }

    TEST_CASE("libusb lists the device by its descriptor") {
        const Testbed testbed(umockdev_testbed_new());
        add_controller(testbed.get());
        plug(testbed.get());
        const auto devices = usb::list_devices();
        REQUIRE(devices.has_value());
        const auto found = std::ranges::find(*devices, 0x12d1, &UsbDescriptor::vendor);
        REQUIRE(found != devices->end());
        CHECK(found->product == 0x14dc);
        CHECK(found->bus == 1);
        CHECK(found->address == 7);
        CHECK(found->ports == std::vector<std::uint8_t>{4});
    }
}

}  // namespace
}  // namespace assay::agent
