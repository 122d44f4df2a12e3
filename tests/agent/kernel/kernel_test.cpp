// The kernel seam: what a captured tree answers, and this machine.

#include "agent/kernel/live_kernel.hpp"
#include "agent/kernel/mac_address.hpp"
#include "agent/kernel/replay_kernel.hpp"
#include "agent/root/tree.hpp"
#include "agent/usb/device_list.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using test::ScratchTree;

ReplayKernel replayed(const ScratchTree& tree) {
    auto top = open_directory(tree.path());
    REQUIRE(top.has_value());
    return ReplayKernel(Tree(*std::move(top), Containment::rooted));
}

TEST_SUITE("mac_address") {
    TEST_CASE("an address has one spelling") {
        CHECK(mac_digits(parse_mac("00:e0:fc:12:34:56").value()) == "00e0fc123456");
        for (const char* text :
             {"", "00:e0:fc:12:34", "00:e0:fc:12:34:5", "00:e0:fc:12:34:56:", "00-e0-fc-12-34-56", "00:E0:FC:12:34:56",
              "00e0fc123456", "00:e0:fc:12:34:5g"}) {
            CAPTURE(text);
            CHECK_FALSE(parse_mac(text).has_value());
        }
    }

    TEST_CASE("group addresses and zero are nobody's") {
        CHECK(is_unicast(parse_mac("00:00:00:00:00:01").value()));
        CHECK_FALSE(is_unicast(parse_mac("00:00:00:00:00:00").value()));
        CHECK_FALSE(is_unicast(parse_mac("01:00:5e:00:00:01").value()));
        CHECK_FALSE(is_unicast(parse_mac("ff:ff:ff:ff:ff:ff").value()));
    }
}

TEST_SUITE("replay_kernel") {
    TEST_CASE("what was not captured is not found, what the driver did not give is unsupported") {
        const ScratchTree tree;
        tree.file("kernel/ethtool/eth0.json", "{}");
        const ReplayKernel kernel = replayed(tree);
        CHECK(kernel.driver_info("eth1").error().code == Errc::not_found);
        CHECK(kernel.driver_info("eth0").error().code == Errc::unsupported);
        CHECK(kernel.permanent_address("eth0").error().code == Errc::unsupported);
        CHECK(kernel.usb_devices().error().code == Errc::not_found);
    }

    TEST_CASE("an answer with unknown keys, wrong types or no address is refused") {
        const ScratchTree tree;
        tree.file("kernel/ethtool/a.json", R"({"drivers":{}})");
        tree.file("kernel/ethtool/b.json", R"({"driver_info":{"driver":1,"firmware_version":"","bus_info":""}})");
        tree.file("kernel/ethtool/c.json", R"({"permanent_address":"banana"})");
        tree.file(
            "kernel/usb.json", R"({"devices":[{"vendor":65536,"product":1,"device_class":0,"bus":1,"address":1}]})"
        );
        const ReplayKernel kernel = replayed(tree);
        CHECK(kernel.driver_info("a").error().code == Errc::unknown_field);
        CHECK(kernel.driver_info("b").error().code == Errc::wrong_type);
        CHECK(kernel.permanent_address("c").error().code == Errc::bad_value);
        CHECK(kernel.usb_devices().error().code == Errc::out_of_range);
    }

    TEST_CASE("an interface name is no path") {
        const ScratchTree tree;
        tree.file("secret.json", "{}");
        CHECK(replayed(tree).driver_info("../../secret").error().code == Errc::not_found);
    }
}

TEST_SUITE("live_kernel") {
    TEST_CASE("the loopback interface has no permanent address, and an unknown one is gone or not there") {
        const LiveKernel kernel;
        CHECK_FALSE(kernel.permanent_address("lo").has_value());
        const auto unknown = kernel.driver_info("assay-none");
        REQUIRE_FALSE(unknown.has_value());
        CHECK((unknown.error().code == Errc::gone || unknown.error().code == Errc::not_found));
        CHECK(kernel.driver_info("a-name-longer-than-the-kernel-allows").error().code == Errc::not_found);
    }

    TEST_CASE("USB devices are listed, or the machine has no USB") {
        const auto devices = usb::list_devices();
        CHECK((devices.has_value() || devices.error().code == Errc::not_found || devices.error().code == Errc::io_error)
        );
    }
}

}  // namespace
}  // namespace assay::agent
