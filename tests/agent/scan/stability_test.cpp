// The same hardware gives a byte-identical inventory: at another boot, which numbers buses, devices, interfaces and
// disks anew; in any order of directories; and with something else plugged in, which adds itself and changes nothing.
// The machine that runs the test is looked at only where nothing is altered: what can be renumbered or plugged in there
// depends on what it is, and so does how long that takes.
// These hold for every source there is: a new one is looked at here as soon as a tree has what it reads.

#include "agent/capture/capture.hpp"
#include "tests/agent/support/another_boot.hpp"
#include "tests/agent/support/captured_tree.hpp"
#include "tests/agent/support/demo_tree.hpp"
#include "tests/agent/support/hardware_document.hpp"
#include "tests/agent/support/shuffled_directories.hpp"

#include <dirent.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>

namespace assay::agent {
namespace {

using test::difference;
using test::hardware_document;
using test::scan_of;
using test::ScratchTree;
using Kind = RecordedTree::Kind;

CaptureFiles captured_files(const View& view) {
    auto found = capture(view, {.scan = {}, .label = "test", .salt = {}});
    REQUIRE(found.has_value());
    return std::move(found->files);
}

Scan scan_of(const CaptureFiles& files) {
    const ScratchTree out;
    REQUIRE(write_directory(out.path("tree"), files).has_value());
    return test::scan_of(out.path("tree"));
}

// Every machine whose hardware is known: captured, and made up.
void for_each_known_machine(const std::function<void(const CaptureFiles&)>& check) {
    const auto replayed = [&check](const std::string& dir) {
        const auto view = View::replay(dir);
        REQUIRE(view.has_value());
        check(captured_files(*view));
    };
    SUBCASE("a captured machine") {
        replayed(test::CapturedTree("vm-q35").path());
    }
    SUBCASE("the demo's router") {
        replayed(test::DemoTree("aggregation-router").path());
    }
    SUBCASE("the demo's branch") {
        replayed(test::DemoTree("branch-cpe").path());
    }
}

void for_each_machine(const std::function<void(const CaptureFiles&)>& check) {
    for_each_known_machine(check);
    SUBCASE("this machine") {
        const auto live = View::live();
        REQUIRE(live.has_value());
        check(captured_files(*live));
    }
}

void check_same(const CaptureFiles& one, const CaptureFiles& other) {
    const Scan before = scan_of(one);
    const Scan after = scan_of(other);
    const bool same = hardware_document(after) == hardware_document(before);
    CHECK_MESSAGE(same, difference(before, after));
}

// One machine at two boots, both written once, in which other and other paths cannot be read.
class TwoBoots {
  public:
    explicit TwoBoots(const CaptureFiles& files) : files_(files) {
        files_["kernel/unreadable"].kind = Kind::file;
        REQUIRE(write_directory(out_.path("one"), files_).has_value());
        REQUIRE(write_directory(out_.path("other"), test::AnotherBoot(files_).files()).has_value());
    }

    void check_failing(const std::string& lines) const {
        CaptureFiles failing = files_;
        failing["kernel/unreadable"].bytes += lines;
        out_.file("one/kernel/unreadable", failing["kernel/unreadable"].bytes);
        out_.file("other/kernel/unreadable", test::AnotherBoot(failing).files().at("kernel/unreadable").bytes);
        const Scan before = test::scan_of(out_.path("one"));
        const Scan after = test::scan_of(out_.path("other"));
        const bool same = hardware_document(after) == hardware_document(before);
        CHECK_MESSAGE(same, difference(before, after));
    }

  private:
    CaptureFiles files_;
    ScratchTree out_;
};

void put(CaptureFiles& files, const std::string& path, const std::string& bytes) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        files.try_emplace(path.substr(0, slash));
    }
    files[path] = {Kind::file, bytes};
}

void put_link(CaptureFiles& files, const std::string& path, const std::string& target) {
    std::string up;
    for (const char c : path) up += c == '/' ? "../" : "";
    put(files, path, up + target);
    files[path].kind = Kind::link;
}

// Where the first PCI root bus is: "sys/devices/pci0000:00".
std::string root_of(const CaptureFiles& files) {
    for (const auto& [path, entry] : files) {
        if (path.starts_with("sys/devices/pci") && std::ranges::count(path, '/') == 2) return path;
    }
    return "";
}

// A card with an interface, at a place where there is none yet, that comes before the others in every listing.
void plug_card(CaptureFiles& files) {
    const std::string root = root_of(files);
    const std::string address = root.substr(root.size() - 7) + ":00.7";
    const std::string card = root + "/" + address;
    REQUIRE_FALSE(files.contains(card));
    put(files, card + "/vendor", "0x10ec\n");
    put(files, card + "/device", "0x8168\n");
    put(files, card + "/class", "0x020000\n");
    put(files, card + "/subsystem_vendor", "0x10ec\n");
    put(files, card + "/subsystem_device", "0x0123\n");
    // Configuration space where the others have theirs: ids and class, no capabilities.
    if (std::ranges::any_of(files, [](const auto& file) { return file.first.ends_with("/config"); })) {
        std::string config(256, '\0');
        config.replace(0, 4, "\xec\x10\x68\x81");
        config.replace(10, 2, std::string("\x00\x02", 2));
        config.replace(44, 4, "\xec\x10\x23\x01");
        put(files, card + "/config", config);
    }
    put_link(files, "sys/bus/pci/devices/" + address, card);
    put(files, card + "/net/aaa0/address", "00:e0:4c:68:00:01\n");
    put(files, card + "/net/aaa0/addr_assign_type", "0\n");
    put(files, card + "/net/aaa0/dev_port", "0\n");
    put_link(files, card + "/net/aaa0/device", card);
    put_link(files, "sys/class/net/aaa0", card + "/net/aaa0");
}

// A stick on the first root hub: a USB device with a SCSI disk, host0 of all.
void plug_stick(CaptureFiles& files) {
    std::string hub;
    std::string bus;
    const std::regex root_hub("sys/devices/.*/usb([0-9]+)");
    for (const auto& [path, entry] : files) {
        std::smatch found;
        if (hub.empty() && std::regex_match(path, found, root_hub)) {
            hub = path;
            bus = found[1];
        }
    }
    REQUIRE_FALSE(hub.empty());
    const std::string stick = hub + "/" + bus + "-15";
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"idVendor", "0781"},
             {"idProduct", "5583"},
             {"serial", "4C530001"},
             {"product", "Ultra Fit"},
             {"bDeviceClass", "00"},
             {"busnum", bus},
             {"devnum", "99"},
             {"speed", "480"}
         }) {
        put(files, stick + "/" + name, value + "\n");
    }
    put_link(files, "sys/bus/usb/devices/" + bus + "-15", stick);
    const std::string disk = stick + "/" + bus + "-15:1.0/host0/target0:0:0/0:0:0:0";
    put(files, disk + "/vendor", "SanDisk\n");
    put(files, disk + "/model", "Ultra Fit\n");
    put(files, disk + "/rev", "1.00\n");
    put_link(files, disk + "/block/sda/device", disk);
    put_link(files, "sys/class/block/sda", disk + "/block/sda");
}

// Parts that are in `after` alone, when all else is the same.
std::vector<std::string> added(const Scan& before, const Scan& after) {
    CAPTURE(difference(before, after));
    const InventoryDiff diff = diff_inventories(before.inventory, after.inventory);
    CHECK(diff.sources.empty());
    std::vector<std::string> out;
    for (const PartDiff& part : diff.parts) {
        CHECK(part.change == PartChange::added);
        out.push_back(part.key());
    }
    // Byte by byte, and not only by what a difference is.
    for (const Component& one : before.inventory.components) {
        const auto same = std::ranges::find(after.inventory.components, one.key, &Component::key);
        REQUIRE(same != after.inventory.components.end());
        CHECK(encode_component(*same) == encode_component(one));
    }
    return out;
}

TEST_SUITE("stability") {
    TEST_CASE("another boot's numbers and names change no byte of the inventory, but where it says they may") {
        for_each_known_machine([](const CaptureFiles& files) {
            const CaptureFiles other = test::AnotherBoot(files).files();
            check_same(files, other);
            const Scan before = scan_of(files);
            if (!before.placement.empty())
                CHECK(encode_placement(scan_of(other).placement) != encode_placement(before.placement));
        });
    }

    TEST_CASE("what could not be read is told in words that no boot changes") {
        for_each_known_machine([](const CaptureFiles& files) {
            const TwoBoots boots(files);
            std::size_t number = 0;
            for (const auto& [path, entry] : files) {
                const bool of_interest = entry.kind != Kind::directory && path.starts_with("sys/");
                if (!of_interest || number++ % 29 != 0) continue;
                CAPTURE(path);
                boots.check_failing((number % 2 == 0 ? "denied " : "error ") + path + "\tsaid so\n");
            }
            // All of one attribute: whichever is met first, the same words.
            for (const std::string name :
                 {"/vendor", "/subsystem_device", "/idVendor", "/serial", "/model", "/address"}) {
                CAPTURE(name);
                std::string lines;
                for (const auto& [path, entry] : files) {
                    if (path.starts_with("sys/") && path.ends_with(name)) lines += "error " + path + "\tsaid so\n";
                }
                boots.check_failing(lines);
            }
        });
    }

    TEST_CASE("the order in which a directory is read changes nothing") {
        for_each_machine([](const CaptureFiles& files) {
            const ScratchTree out;
            REQUIRE(write_directory(out.path("tree"), files).has_value());
            const Scan sorted = scan_of(out.path("tree"));
            for (unsigned seed = 1; seed <= 5; ++seed) {
                const test::ShuffledDirectories shuffled(seed);
                const Scan again = test::scan_of(out.path("tree"));
                const bool same = hardware_document(again) == hardware_document(sorted);
                CHECK_MESSAGE(same, difference(sorted, again));
                CHECK(encode_placement(again.placement) == encode_placement(sorted.placement));
                CHECK(again.firmware.value() == sorted.firmware.value());
                CHECK(again.modules.value() == sorted.modules.value());
            }
        });
    }

    TEST_CASE("directories are shuffled indeed") {
        const ScratchTree tree;
        for (char c = 'a'; c <= 'z'; ++c) tree.file(std::string(1, c), "");
        const auto names = [&tree] {
            std::string out;
            DIR* const dir = ::opendir(tree.path().c_str());
            while (const dirent* const entry = ::readdir(dir)) out += static_cast<const char*>(entry->d_name);
            ::closedir(dir);
            return out;
        };
        const std::string usual = names();
        std::set<std::string> orders;
        for (unsigned seed = 1; seed <= 3; ++seed) {
            const test::ShuffledDirectories shuffled(seed);
            orders.insert(names());
        }
        CHECK(orders.size() == 3);
        CHECK(names() == usual);
    }

    TEST_CASE("a card that is plugged in adds itself, also when all buses are numbered anew for it") {
        for_each_known_machine([](const CaptureFiles& files) {
            if (root_of(files).empty()) return;
            CaptureFiles with = files;
            plug_card(with);
            const Scan before = scan_of(files);
            const auto keys = added(before, scan_of(with));
            CHECK(keys.size() == 2);
            for (const std::string& key : keys) CHECK(key.find("/00.7") != std::string::npos);
            CHECK(added(before, scan_of(test::AnotherBoot(with).files())) == keys);
        });
    }

    TEST_CASE("a stick that is plugged in adds itself and its disk, also when all devices are numbered anew for it") {
        for_each_known_machine([](const CaptureFiles& files) {
            if (std::ranges::none_of(files, [](const auto& file) { return file.first.ends_with("/usb1"); })) return;
            CaptureFiles with = files;
            if (files.contains("sys/class/block/sda")) with = test::AnotherBoot(files).files();  // names are taken
            plug_stick(with);
            const Scan before = scan_of(files);
            const auto keys = added(before, scan_of(with));
            CHECK(keys.size() == 2);
            for (const std::string& key : keys) CHECK(key.find("/15") != std::string::npos);
            CHECK(added(before, scan_of(test::AnotherBoot(with).files())) == keys);
        });
    }
}

}  // namespace
}  // namespace assay::agent
