// The scan as a whole: hanging and broken sources, devices that claim one key, what a replay may touch.

#include "agent/scan.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/scan_table.hpp"
#include "base/text.hpp"
#include "tests/agent/support/source_report.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace assay::agent {
namespace {

using test::report;
using test::ScratchTree;

void add_card(const ScratchTree& tree, const std::string& below, const std::string& ids) {
    test::add_pci(
        tree, below, {{"vendor", "0x" + ids.substr(0, 4)}, {"device", "0x" + ids.substr(5)}, {"class", "0x020000"}}
    );
}

void add_interface(const ScratchTree& tree) {
    add_card(tree, "pci0000:00/0000:00:01.0", "8086:1572");
    tree.directory("sys/devices/pci0000:00/0000:00:01.0/net/eth0");
    tree.link("sys/devices/pci0000:00/0000:00:01.0/net/eth0/device", "../../../0000:00:01.0");
    tree.link("sys/class/net/eth0", "../../devices/pci0000:00/0000:00:01.0/net/eth0");
    tree.file("proc/cpuinfo", "vendor_id : GenuineIntel\nmodel name : X\nmicrocode : 0x1\n");
}

// A kernel that lets go of its callers only when the gate opens.
class HangingKernel : public Kernel {
  public:
    struct Gate {
        std::mutex mutex;
        std::condition_variable opened;
        bool open = false;
        int inside = 0;
    };

    explicit HangingKernel(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}
    Result<DriverInfo> driver_info(const std::string&) const override { return hang<DriverInfo>(); }
    Result<MacAddress> permanent_address(const std::string&) const override { return hang<MacAddress>(); }
    Result<std::vector<UsbDescriptor>> usb_devices() const override { return fail(Errc::not_found, "usb", "none"); }
    Result<Bytes> module_page(const std::string&, ModulePage) const override {
        return fail(Errc::unsupported, "module", "none");
    }
    Result<std::vector<DevlinkInfo>> devlink_info() const override {
        return fail(Errc::unsupported, "devlink", "none");
    }
    Result<FirmwareLog> firmware_log() const override { return fail(Errc::not_found, "log", "none"); }

  private:
    template <class T>
    Result<T> hang() const {
        std::unique_lock lock(gate_->mutex);
        ++gate_->inside;
        gate_->opened.wait(lock, [this] { return gate_->open; });
        --gate_->inside;
        gate_->opened.notify_all();
        return fail(Errc::unsupported, "late", "late");
    }
    std::shared_ptr<Gate> gate_;
};

// A kernel that must not be asked.
class ForbiddenKernel : public Kernel {
  public:
    Result<DriverInfo> driver_info(const std::string&) const override { throw std::logic_error("asked"); }
    Result<MacAddress> permanent_address(const std::string&) const override { throw std::logic_error("asked"); }
    Result<std::vector<UsbDescriptor>> usb_devices() const override { throw std::logic_error("asked"); }
    Result<Bytes> module_page(const std::string&, ModulePage) const override { throw std::logic_error("asked"); }
    Result<std::vector<DevlinkInfo>> devlink_info() const override { throw std::logic_error("asked"); }
    Result<FirmwareLog> firmware_log() const override { throw std::logic_error("asked"); }
};

TEST_SUITE("scan") {
    TEST_CASE("an empty tree gives no part, and every source says that it is absent") {
        const ScratchTree tree;
        const Scan result = scan(View::replay(tree.path()).value(), {});
        CHECK(result.inventory.replayed);
        CHECK(result.inventory.components.empty());
        for (const SourceReport& one : result.inventory.sources) {
            CAPTURE(one.source);
            CHECK(one.state == (one.source == "view" ? SourceState::ok : SourceState::absent));
            CHECK((one.source == "view" || one.covered.empty()));
        }
    }

    TEST_CASE("a source that hangs is timed out, the others go on, and its late answer changes nothing") {
        const ScratchTree tree;
        add_interface(tree);
        const auto gate = std::make_shared<HangingKernel::Gate>();
        {
            const View view = View::replay(tree.path(), std::make_unique<HangingKernel>(gate)).value();
            const Scan result = scan(view, {.source_deadline = std::chrono::milliseconds(200)});
            CHECK(report(result, "net").state == SourceState::timed_out);
            CHECK(report(result, "net").covered.empty());
            CHECK(report(result, "pci").state == SourceState::ok);
            CHECK(report(result, "cpu").state == SourceState::ok);
            CHECK(result.inventory.components.size() == 2);
            CHECK(decode_inventory(encode_inventory(result.inventory)).has_value());
        }
        // The view above is gone; the thread left behind still has its own.
        std::unique_lock lock(gate->mutex);
        CHECK(gate->inside == 1);
        gate->open = true;
        gate->opened.notify_all();
        gate->opened.wait(lock, [&gate] { return gate->inside == 0; });
    }

    TEST_CASE("a source that throws is an error of that source alone") {
        const ScratchTree tree;
        add_interface(tree);
        const Scan result = scan(View::replay(tree.path(), std::make_unique<ForbiddenKernel>()).value(), {});
        CHECK(report(result, "net").state == SourceState::error);
        CHECK(report(result, "net").detail == "asked");
        CHECK(report(result, "pci").state == SourceState::ok);
    }

    TEST_CASE("a part whose parent was not read has none, so that the document stays whole") {
        const ScratchTree tree;
        add_card(tree, "pci0000:00/0000:00:1c.0/0000:01:00.0", "19e5:0222");
        const Scan result = scan(View::replay(tree.path()).value(), {});
        REQUIRE(result.inventory.components.size() == 1);
        CHECK(result.inventory.components[0].key == "pci/0000:00/1c.0/00.0");
        CHECK(result.inventory.components[0].parent.empty());
        CHECK(decode_inventory(encode_inventory(result.inventory)).has_value());
    }

    TEST_CASE("two devices that claim one place: the first stands and the source says so") {
        const ScratchTree tree;
        // Below one bridge two buses with the same slot: a lie, since a bridge has one bus.
        add_card(tree, "pci0000:00/0000:00:1c.0", "8086:1234");
        add_card(tree, "pci0000:00/0000:00:1c.0/0000:01:00.0", "19e5:0222");
        add_card(tree, "pci0000:00/0000:00:1c.0/0000:02:00.0", "8086:1572");
        const Scan result = scan(View::replay(tree.path()).value(), {});
        CHECK(result.inventory.components.size() == 2);
        CHECK(report(result, "pci").state == SourceState::error);
        CHECK(report(result, "pci").detail.find("pci/0000:00/1c.0/00.0") != std::string::npos);
    }

    TEST_CASE("the same hardware gives the same bytes on other bus numbers") {
        const auto bytes = [](const std::string& bus) {
            const ScratchTree tree;
            add_card(tree, "pci0000:00/0000:00:1c.0", "8086:1234");
            add_card(tree, "pci0000:00/0000:00:1c.0/0000:" + bus + ":00.0", "19e5:0222");
            return encode_inventory(scan(View::replay(tree.path()).value(), {}).inventory);
        };
        CHECK(bytes("01") == bytes("7f"));
    }

    TEST_CASE("hostile names reach neither the inventory nor the table raw") {
        const ScratchTree tree;
        const std::string usb = "sys/devices/platform/hcd/usb1";
        tree.file(usb + "/idVendor", "1d6b\n");
        tree.file(usb + "/idProduct", "0002\n");
        tree.file(usb + "/speed", "480\n");
        tree.link("sys/bus/usb/devices/usb1", "../../../devices/platform/hcd/usb1");
        tree.file(usb + "/1-1/idVendor", "12d1\n");
        tree.file(usb + "/1-1/idProduct", "14dc\n");
        tree.file(
            usb + "/1-1/product",
            "\x1b]0;owned\x07\xe2\x80\xae"
            "evil\xff\n"
        );
        tree.file(usb + "/1-1/serial", std::string(4000, 'A') + "\n");
        tree.file(usb + "/1-1/manufacturer", std::string(5000, 'B') + "\n");
        tree.link("sys/bus/usb/devices/1-1", "../../../devices/platform/hcd/usb1/1-1");
        const Scan result = scan(View::replay(tree.path()).value(), {});
        REQUIRE(result.inventory.components.size() == 2);
        const Component& device = result.inventory.components[1];
        CHECK(device.names.at("product").text() == "\\u{1b}]0;owned\\u{7}\\u{202e}evil\\xff");
        CHECK(device.serial.text().size() <= 256);
        CHECK(device.names.at("manufacturer") == Reading::unreadable("limit_exceeded"));
        CHECK(decode_inventory(encode_inventory(result.inventory)).has_value());
        const std::string table = scan_table(result);
        CHECK(table.find('\x1b') == std::string::npos);
        CHECK(table.find("\xe2\x80\xae") == std::string::npos);
        CHECK(valid_utf8(table));
    }

    TEST_CASE("hostile names of directories give documents that decode all the same") {
        const ScratchTree tree;
        const std::string evil = "platform/\x1b[2J\xff " + std::string(200, 'x') + "/" + std::string(200, 'y');
        tree.file("sys/devices/" + evil + "/usb1/idVendor", "1d6b\n");
        tree.file("sys/devices/" + evil + "/usb1/idProduct", "0002\n");
        tree.link("sys/bus/usb/devices/usb1", "../../../devices/" + evil + "/usb1");
        tree.directory("sys/devices/" + evil + "/net/ ");
        tree.link("sys/devices/" + evil + "/net/ /device", "../..");
        tree.link("sys/class/net/ ", "../../devices/" + evil + "/net/ ");
        tree.link("sys/class/tpm/\n", "../../devices/" + evil);
        const Scan result = scan(View::replay(tree.path()).value(), {});
        CHECK(result.inventory.components.size() == 3);
        CHECK(decode_inventory(encode_inventory(result.inventory)).has_value());
        CHECK(decode_placement(encode_placement(result.placement)).has_value());
        CHECK(scan_table(result).find('\x1b') == std::string::npos);
    }

    TEST_CASE("the table ends with the sources and says of a replay that it is one") {
        const ScratchTree tree;
        add_interface(tree);
        const std::string table = scan_table(scan(View::replay(tree.path()).value(), {}));
        CHECK(table.starts_with("Replayed from a captured tree"));
        CHECK(table.find("pci 8086:1572") != std::string::npos);
        CHECK(table.find("SOURCE") > table.find("pci 8086:1572"));
        CHECK(table.find("no sys/class/tpm") != std::string::npos);
        CHECK(table.find("nothing of a machine") == std::string::npos);
        CHECK(
            table.find("\n3 parts\n0 firmware files named by drivers or asked for, 0 there and hashed\n") !=
            std::string::npos
        );
    }

    TEST_CASE("the table counts modules and firmware, and names those that somebody should look at") {
        const ScratchTree tree;
        tree.file("proc/sys/kernel/osrelease", "6.1.0\n");
        tree.file("proc/modules", "good 1 0 - Live 0x0\nevil 1 0 - Live 0x0 (OE)\n");
        tree.file("sys/module/evil/taint", "OE\n");
        tree.file("lib/modules/6.1.0/modules.dep", "kernel/good.ko:\n");
        tree.file("lib/modules/6.1.0/kernel/good.ko", "no module");
        tree.file(
            "kernel/firmware_log.json",
            R"({"log":{"first":7,"next":9,"gap":false,"lines":[{"file":"a\u202eb.fw","outcome":"failed"}]}})"
        );
        const std::string table = scan_table(scan(View::replay(tree.path()).value(), {}));
        CHECK(
            table.find("2 kernel modules loaded, the files of 1 hashed, 1 without a signature\n") != std::string::npos
        );
        CHECK(table.find("evil    out of tree, signature not accepted, not in modules.dep\n") != std::string::npos);
        CHECK(table.find("good    module ends before its sections do") != std::string::npos);
        CHECK(table.find("says that 0 were loaded; it has lost its beginning") != std::string::npos);
        CHECK(table.find("asked for, not loaded: a\\u{202e}b.fw (the file is absent)\n") != std::string::npos);
    }

    TEST_CASE("a folder that is no captured tree is told from a machine without parts") {
        const ScratchTree tree;
        tree.file("notes.txt", "");
        const std::string table = scan_table(scan(View::replay(tree.path()).value(), {}));
        CHECK(table.find("There is nothing of a machine in it. A captured tree holds sys/") != std::string::npos);
    }

    TEST_CASE("the JSON carries the documents byte by byte, or laid out") {
        const ScratchTree tree;
        add_interface(tree);
        const Scan result = scan(View::replay(tree.path()).value(), {});
        const std::string compact = scan_json(result, JsonLayout::compact);
        CHECK(compact.starts_with("{\"inventory\":" + encode_inventory(result.inventory) + ",\"placement\":"));
        CHECK(compact.ends_with(",\"modules\":" + encode_module_list(result.modules.value()) + "}\n"));
        const std::string pretty = scan_json(result, JsonLayout::pretty);
        CHECK(std::ranges::count(pretty, '\n') > 10);
    }

    TEST_CASE("this machine's own scan gives a document that decodes") {
        const auto view = View::live();
        REQUIRE(view.has_value());
        const Scan result = scan(*view, {});
        CHECK_FALSE(result.inventory.replayed);
        CHECK(decode_inventory(encode_inventory(result.inventory)).has_value());
        CHECK(decode_placement(encode_placement(result.placement)).has_value());
        CHECK(report(result, "cpu").state == SourceState::ok);
    }
}

}  // namespace
}  // namespace assay::agent
