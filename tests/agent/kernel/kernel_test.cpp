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

    TEST_CASE("what the log said of firmware, why it could not be read, and what is no such answer") {
        const ScratchTree tree;
        const ReplayKernel kernel = replayed(tree);
        CHECK(kernel.firmware_log().error().code == Errc::not_found);
        const auto log_of = [&tree, &kernel](const std::string& answer) {
            tree.file("kernel/firmware_log.json", answer);
            return kernel.firmware_log();
        };
        const std::string head = R"({"log":{"first":3,"next":9,"gap":true,"lines":[)";
        const auto log = log_of(head + R"({"file":"b.fw","outcome":"failed"},{"file":"a.fw","outcome":"loaded"}]}})");
        CHECK(log.value() == FirmwareLog{3, 9, true, {{"a.fw", true, {}}, {"b.fw", false, {}}}});
        CHECK(log_of(R"({"log":{"unreadable":"denied","why":"no"}})").error().code == Errc::denied);
        CHECK_FALSE(log_of(head + R"({"file":"a.fw","outcome":"maybe"}]}})").has_value());
        CHECK_FALSE(log_of(head + R"({"file":"a.fw","outcome":"loaded","line":"whole"}]}})").has_value());
        CHECK_FALSE(log_of("{}").has_value());
    }

    TEST_CASE("pages of a module, why one could not be read, and what devlink says") {
        const ScratchTree tree;
        const std::string hex(256, 'a');
        tree.file(
            "kernel/module/a.json", "{\"lower\":\"" + hex + "\",\"page_00\":{\"unreadable\":\"gone\",\"why\":\"\"}}"
        );
        tree.file("kernel/module/b.json", "{\"lower\":\"" + hex.substr(2) + "\"}");
        tree.file("kernel/module/c.json", "{\"lower\":{\"unreadable\":\"banana\",\"why\":\"\"}}");
        tree.file("kernel/module/d.json", "{\"upper\":\"" + hex + "\"}");
        tree.file(
            "kernel/devlink.json",
            R"({"devices":[{"bus":"pci","device":"0000:03:00.0","driver":"ice","serial":"S","board_serial":"B",)"
            R"("versions":[{"kind":"running","name":"fw.mgmt","value":"1.2"}]}]})"
        );
        const ReplayKernel kernel = replayed(tree);
        CHECK(kernel.module_page("a", {}).value() == Bytes(128, 0xaa));
        CHECK(kernel.module_page("a", {.upper = true}).error().code == Errc::gone);
        CHECK(kernel.module_page("a", {.upper = true, .page = 1}).error().code == Errc::unsupported);
        CHECK(kernel.module_page("a", {.upper = true, .page = 7}).error().code == Errc::unsupported);
        for (const char* name : {"b", "c"}) CHECK(kernel.module_page(name, {}).error().code == Errc::bad_value);
        CHECK(kernel.module_page("d", {}).error().code == Errc::unknown_field);
        CHECK(kernel.module_page("none", {}).error().code == Errc::not_found);
        CHECK(kernel.module_page("../module/a", {}).error().code == Errc::not_found);
        const auto devices = kernel.devlink_info();
        REQUIRE(devices.has_value());
        CHECK(devices->at(0).board_serial == "B");
        CHECK(devices->at(0).versions.at(0) == DevlinkInfo::Version{"running", "fw.mgmt", "1.2"});
        tree.file(
            "kernel/devlink.json", R"({"devices":[{"bus":"pci","device":"x","versions":[{"kind":"k","name":"n"}]}]})"
        );
        CHECK_FALSE(kernel.devlink_info().has_value());
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

    TEST_CASE("interfaces without a cage have no module, as root or not; one that is not there is not found") {
        const LiveKernel kernel;
        const auto lo = kernel.module_page("lo", {});
        REQUIRE_FALSE(lo.has_value());
        CHECK((lo.error().code == Errc::unsupported || lo.error().code == Errc::denied));
        const auto unknown = kernel.module_page("assay-none", {});
        REQUIRE_FALSE(unknown.has_value());
        CHECK((unknown.error().code == Errc::not_found || unknown.error().code == Errc::denied));
        CHECK(kernel.module_page("a-name-longer-than-the-kernel-allows", {}).error().code == Errc::not_found);
    }

    TEST_CASE("devlink's devices are listed, or the kernel has no devlink") {
        const auto devices = LiveKernel().devlink_info();
        CHECK((devices.has_value() || devices.error().code == Errc::unsupported));
    }

    TEST_CASE("USB devices are listed, or the machine has no USB") {
        const auto devices = usb::list_devices();
        CHECK((devices.has_value() || devices.error().code == Errc::not_found || devices.error().code == Errc::io_error)
        );
    }
}

}  // namespace
}  // namespace assay::agent
