#include "agent/wake.hpp"

#include <doctest/doctest.h>
#include <poll.h>

namespace assay::agent {
namespace {

using namespace std::chrono_literals;

usb::DeviceEvent event(const char* action, const char* subsystem, const char* path = "/devices/pci0000:00/x") {
    return {action, subsystem, path};
}

TEST_SUITE("wake") {
    TEST_CASE("parts that come and go concern hardware; virtual devices, media and power do not") {
        CHECK(concerns_hardware(event("add", "usb")));
        CHECK(concerns_hardware(event("remove", "pci")));
        CHECK(concerns_hardware(event("bind", "pci")));
        CHECK(concerns_hardware(event("move", "net")));
        CHECK_FALSE(concerns_hardware(event("add", "net", "/devices/virtual/net/veth0")));
        CHECK_FALSE(concerns_hardware(event("change", "block")));
        CHECK_FALSE(concerns_hardware(event("change", "power_supply")));
        CHECK_FALSE(concerns_hardware(event("add", "tty")));
        CHECK(concerns_hardware({.lost = true}));
    }

    TEST_CASE("a single event wakes once, after the quiet time") {
        WakeTimer timer(500ms, 5000ms);
        CHECK_FALSE(timer.due().has_value());
        CHECK_FALSE(timer.take(0ms));
        timer.event(1000ms);
        CHECK(timer.due() == 1500ms);
        CHECK_FALSE(timer.take(1499ms));
        CHECK(timer.take(1500ms));
        CHECK_FALSE(timer.take(9000ms));
        CHECK_FALSE(timer.due().has_value());
    }

    TEST_CASE("a burst is one wake, and one that does not end wakes all the same") {
        WakeTimer timer(500ms, 5000ms);
        int wakes = 0;
        for (auto now = 0ms; now < 12'000ms; now += 100ms) {
            timer.event(now);
            if (timer.take(now)) ++wakes;
        }
        CHECK(wakes == 2);
        CHECK(timer.due() == 12'400ms);
    }

    TEST_CASE("this machine's events can be listened to, and there are none by themselves") {
        auto wake = Wake::open();
        REQUIRE(wake.has_value());
        pollfd waited{wake->fd(), POLLIN, 0};
        CHECK(::poll(&waited, 1, 0) >= 0);
        wake->drain();
    }
}

}  // namespace
}  // namespace assay::agent
