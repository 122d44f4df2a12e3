#include "agent/wake.hpp"

#include <doctest/doctest.h>
#include <poll.h>

namespace assay::agent {
namespace {

usb::DeviceEvent event(const char* action, const char* subsystem, const char* path = "/devices/pci0000:00/x") {
    return {action, subsystem, path};
}

TEST_SUITE("wake") {
    TEST_CASE("parts that come and go concern hardware; virtual devices, media and power do not") {
        CHECK(concerns_hardware(event("add", "usb")));
        CHECK(concerns_hardware(event("remove", "pci")));
        CHECK(concerns_hardware(event("bind", "pci")));
        CHECK(concerns_hardware(event("move", "net")));
        CHECK(concerns_hardware(event("add", "module", "/module/i40e")));
        CHECK_FALSE(concerns_hardware(event("add", "net", "/devices/virtual/net/veth0")));
        CHECK_FALSE(concerns_hardware(event("change", "block")));
        CHECK_FALSE(concerns_hardware(event("change", "power_supply")));
        CHECK_FALSE(concerns_hardware(event("add", "tty")));
        CHECK(concerns_hardware({.lost = true}));
    }

    TEST_CASE("this machine's events can be listened to") {
        auto wake = Wake::open();
        REQUIRE(wake.has_value());
        pollfd waited{wake->fd(), POLLIN, 0};
        CHECK(::poll(&waited, 1, 0) >= 0);
        wake->drain();
    }
}

}  // namespace
}  // namespace assay::agent
