// A capture replays as the machine it was made of: the same documents from the recorded tree, of captured and made-up
// machines, of trees with every kind of failure, and of the machine that runs the test.

#include "agent/capture/capture.hpp"

#include "agent/capture/mask.hpp"
#include "agent/kernel/kernel.hpp"
#include "base/encoding.hpp"
#include "evidence/unit_mark.hpp"
#include "tests/agent/support/captured_tree.hpp"
#include "tests/agent/support/demo_tree.hpp"
#include "tests/agent/support/device_tree_files.hpp"
#include "tests/agent/support/hardware_document.hpp"
#include "tests/agent/support/ima_tree.hpp"
#include "tests/agent/support/source_report.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

namespace assay::agent {
namespace {

using test::difference;
using test::hardware_document;
using test::report;
using test::scan_of;
using test::ScratchTree;

Capture captured(const View& view, std::optional<Bytes> salt = std::nullopt) {
    auto found = capture(view, {.scan = {}, .label = "test", .salt = std::move(salt)});
    REQUIRE(found.has_value());
    return *std::move(found);
}

// Writes it, reads it again, and compares every document.
void check_replays(const View& view) {
    const Capture first = captured(view);
    const ScratchTree out;
    REQUIRE(write_directory(out.path("tree"), first.files).has_value());
    const Scan again = scan_of(out.path("tree"));
    CAPTURE(difference(first.scan, again));
    CHECK(hardware_document(again) == hardware_document(first.scan));
    CHECK(encode_placement(again.placement) == encode_placement(first.scan.placement));
    CHECK(encode_firmware_manifest(again.firmware.value()) == encode_firmware_manifest(first.scan.firmware.value()));
    CHECK(encode_module_list(again.modules.value()) == encode_module_list(first.scan.modules.value()));
    // What is captured of a capture is that capture.
    const auto replayed = View::replay(out.path("tree"));
    REQUIRE(replayed.has_value());
    CHECK(captured(*replayed).files == first.files);
}

void check_replays(const std::string& dir) {
    const auto view = View::replay(dir);
    REQUIRE(view.has_value());
    check_replays(*view);
}

// Every value of the inventory that names one unit.
std::vector<std::string> unit_values(const Inventory& inventory) {
    std::vector<std::string> out;
    for (const Component& part : inventory.components) {
        if (names_a_unit(part.serial.text())) out.push_back(part.serial.text());
        if (const auto dsn = part.names.find("dsn"); dsn != part.names.end()) {
            std::string digits = dsn->second.text();
            std::erase(digits, '-');
            const auto bytes = from_hex(digits);
            if (bytes) out.emplace_back(bytes->rbegin(), bytes->rend());
        }
        for (const char* name : {"uuid", "asset_tag", "service_tag"}) {
            const auto found = part.names.find(name);
            if (found != part.names.end() && names_a_unit(found->second.text())) out.push_back(found->second.text());
        }
        for (const Identifier& id : part.identifiers) {
            if (id.registry != Registry::mac) continue;
            out.push_back(id.value);
            std::string text;
            for (std::size_t i = 0; i < id.value.size(); i += 2) text += (i == 0 ? "" : ":") + id.value.substr(i, 2);
            out.push_back(text);
        }
    }
    return out;
}

void check_masked(const std::string& dir, std::size_t least_values) {
    const auto view = View::replay(dir);
    REQUIRE(view.has_value());
    const Capture whole = captured(*view);
    const Capture masked = captured(*view, Bytes(32, 7));
    const auto values = unit_values(whole.scan.inventory);
    CHECK(values.size() >= least_values);
    for (const std::string& value : values) {
        CAPTURE(value);
        for (const auto& [path, entry] : masked.files) {
            CAPTURE(path);
            if (entry.bytes.find(value) != std::string::npos || path.find(value) != std::string::npos) FAIL_CHECK("");
        }
    }
    CHECK(masked.files.size() == whole.files.size());
    const ScratchTree out;
    REQUIRE(write_directory(out.path("tree"), masked.files).has_value());
    const Scan again = scan_of(out.path("tree"));
    // Nothing but the masked values is another: as many parts, at the same places, with the same states.
    const InventoryDiff diff = diff_inventories(whole.scan.inventory, again.inventory);
    CAPTURE(difference(whole.scan, again));
    CHECK(diff.sources.empty());
    for (const PartDiff& part : diff.parts) {
        CHECK(part.change == PartChange::changed);
        for (const ValueChange& value : part.values) {
            const bool unit = value.what == "serial" || value.what == "name uuid" || value.what == "name cid" ||
                              value.what == "name dsn" || value.what == "identifiers" ||
                              value.what == "name service_tag" || value.what == "content eeprom" ||
                              value.what.find("asset_tag") != std::string::npos;
            CHECK_MESSAGE(unit, value.what);
            CHECK(value.before.text().size() == value.after.text().size());
        }
    }
    // Two captures of one machine cannot be laid beside each other, one capture with itself can.
    CHECK(captured(*view, Bytes(32, 7)).files == masked.files);
    CHECK(captured(*view, Bytes(32, 8)).files != masked.files);
}

// A kernel whose every question fails in its own way.
class FailingKernel : public Kernel {
  public:
    Result<DriverInfo> driver_info(const std::string& interface) const override {
        return fail(Errc::io_error, interface, "Input/output error");
    }
    Result<MacAddress> permanent_address(const std::string& interface) const override {
        return fail(Errc::denied, interface, "permission denied");
    }
    Result<std::vector<UsbDescriptor>> usb_devices() const override {
        return fail(Errc::io_error, "libusb", "LIBUSB_ERROR_IO");
    }
    Result<Bytes> module_page(const std::string& interface, ModulePage) const override {
        return fail(Errc::gone, interface, "no module");
    }
    Result<std::vector<DevlinkInfo>> devlink_info() const override {
        return fail(Errc::timed_out, "devlink", "no answer came");
    }
    Result<FirmwareLog> firmware_log() const override { return fail(Errc::denied, "log", "permission denied"); }
};

TEST_SUITE("capture") {
    TEST_CASE("a capture of a captured machine gives the same documents") {
        check_replays(test::CapturedTree("vm-q35").path());
    }

    TEST_CASE("a capture of each demo tree gives the same documents, firmware files too") {
        for (const char* name : {"aggregation-router", "branch-cpe"}) {
            CAPTURE(name);
            check_replays(test::DemoTree(name).path());
        }
    }

    TEST_CASE("a capture of a device tree gives the same documents, masked the same hash, and nothing of /chosen") {
        const ScratchTree tree;
        test::add_board_tree(tree);
        test::property(tree, "/soc/ethernet@1/local-mac-address", "secret");
        test::property(tree, "/soc/unended/compatible", "a,b");
        tree.link(test::tree_top + "/soc/loop", "..");
        check_replays(tree.path());
        check_masked(tree.path(), 1);
        const auto view = View::replay(tree.path());
        REQUIRE(view.has_value());
        for (const auto& [path, entry] : captured(*view).files) CHECK(entry.bytes.find("secret") == std::string::npos);
    }

    TEST_CASE("a capture of this machine gives the same documents") {
        const auto view = View::live();
        REQUIRE(view.has_value());
        check_replays(*view);
    }

    TEST_CASE("what could not be read stays unread, in the same words") {
        const test::DemoTree tree("aggregation-router");
        for (const char* word :
             {"denied", "error", "timed_out", "gone", "limit_exceeded", "bad_value", "unsupported"}) {
            CAPTURE(word);
            std::string list;
            for (const char* path :
                 {"sys/firmware/dmi/tables/DMI", "sys/devices/pci0000:00/0000:00:01.0/vendor",
                  "sys/devices/pci0000:00/0000:00:02.0/subsystem_vendor", "sys/class/tpm", "sys/class/nvme",
                  "proc/cpuinfo", "sys/bus/usb/devices"}) {
                list += std::string(word) + " " + path + "\tas it was said\\012twice\n";
            }
            std::ofstream(tree.path() + "/kernel/unreadable") << list;
            check_replays(tree.path());
        }
    }

    TEST_CASE("what a kernel refused to answer is refused again") {
        const test::DemoTree tree("aggregation-router");
        const auto view = View::replay(tree.path(), std::make_unique<FailingKernel>());
        REQUIRE(view.has_value());
        check_replays(*view);
    }

    TEST_CASE("a capture holds what was read and no more") {
        const test::DemoTree tree("branch-cpe");
        std::ofstream(tree.path() + "/secret") << "not asked for";
        std::ofstream(tree.path() + "/sys/devices/pci0000:00/config") << "not asked for";
        const auto view = View::replay(tree.path());
        REQUIRE(view.has_value());
        const Capture found = captured(*view);
        for (const auto& [path, entry] : found.files) CHECK(entry.bytes.find("not asked for") == std::string::npos);
        CHECK(found.files.at("LABEL").bytes == "test\n");
        CHECK(found.files.contains("kernel/digests"));  // of firmware files the hash only
        const std::string& hashed = found.files.at("kernel/digests").bytes;
        const std::size_t at = hashed.find("lib/firmware/");
        REQUIRE(at != std::string::npos);
        const std::string firmware = hashed.substr(at, hashed.find('\n', at) - at);
        CHECK(std::filesystem::exists(tree.path() + "/" + firmware));
        CHECK_FALSE(found.files.contains(firmware));
    }

    TEST_CASE("the event log comes along, the IMA list of the machine does not, and the tree gives the same documents"
    ) {
        test::ImaTree machine;
        machine.measure_many(3);
        const std::string log = "sys/kernel/security/tpm0/binary_bios_measurements";
        machine.own.file(log, "event log");
        const Capture found = captured(test::stand_in(machine.own));
        CHECK(found.files.at(log).bytes == "event log");
        for (const auto& [path, entry] : found.files) {
            CAPTURE(path);
            CHECK(path.find("/ima/") == std::string::npos);
            CHECK(path.find("boot_id") == std::string::npos);
        }
        for (const std::string unread : {"", "denied ", "error "}) {
            CAPTURE(unread);
            machine.own.file("kernel/unreadable", unread.empty() ? "" : unread + log + "\n");
            const Capture whole = captured(test::stand_in(machine.own));
            const ScratchTree out;
            REQUIRE(write_directory(out.path("tree"), whole.files).has_value());
            const Scan again = scan_of(out.path("tree"));
            CHECK(again.event_log == whole.scan.event_log);
            for (const char* source : {"event_log", "ima"}) CHECK(report(again, source) == report(whole.scan, source));
        }
    }

    TEST_CASE("the name of the host comes along, as a report carries it; masked it does not") {
        const ScratchTree tree;
        tree.file("proc/sys/kernel/hostname", "core-router-7\n");
        const auto view = View::replay(tree.path());
        REQUIRE(view.has_value());
        CHECK(captured(*view).files.at("proc/sys/kernel/hostname").bytes == "core-router-7\n");
        CHECK(captured(*view, Bytes(32, 1)).files.at("proc/sys/kernel/hostname").bytes == "masked\n");
    }

    TEST_CASE("a masked capture has none of the inventory's serial numbers, and all of its parts") {
        check_masked(test::CapturedTree("vm-q35").path(), 30);
        check_masked(test::DemoTree("aggregation-router").path(), 10);
        check_masked(test::DemoTree("branch-cpe").path(), 8);
    }
}

}  // namespace
}  // namespace assay::agent
