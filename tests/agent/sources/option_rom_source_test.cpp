#include "agent/kernel/enabled_rom.hpp"
#include "agent/kernel/kernel.hpp"
#include "agent/root/tree.hpp"
#include "agent/sources/option_rom.hpp"
#include "tests/agent/support/pci_files.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace assay::agent {
namespace {

using namespace test;

const std::map<std::string, std::string> card{{"vendor", "0x8086"}, {"device", "0x1572"}, {"class", "0x020000"}};
const std::string place = "pci0000:00/0000:00:02.0";
const std::string file = "sys/devices/" + place + "/rom";

Found read(const ScratchTree& tree) {
    return read_option_roms(replayed(tree), {});
}

std::string contents(const ScratchTree& tree, const std::string& path) {
    std::ifstream in(tree.path(path), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

FileDescriptor top_of(const ScratchTree& tree) {
    auto top = open_directory(tree.path());
    REQUIRE(top.has_value());
    return *std::move(top);
}

TEST_SUITE("option_rom_source") {
    TEST_CASE("each image is a firmware with its hash, the chain is the function's content") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        const std::string legacy = rom_image(0, false);
        const std::string efi = rom_image(3, true);
        tree.file(file, legacy + efi + std::string(64, '\xff'));
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        REQUIRE(found.additions.size() == 1);
        const Component& one = found.additions[0];
        CHECK(one.key == "pci/0000:00/02.0");
        REQUIRE(one.firmware.size() == 2);
        CHECK(one.firmware[0] == Firmware{"option_rom.0.x86", {}, sha256(legacy), "sysfs"});
        CHECK(one.firmware[1] == Firmware{"option_rom.1.efi", {}, sha256(efi), "sysfs"});
        CHECK(one.contents.at("option_rom") == sha256(legacy + efi));
    }

    TEST_CASE("an empty or erased memory is no ROM and no failure; a cut chain is one, and what was whole stands") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        for (const std::string& nothing : {std::string(), std::string(512, '\xff'), std::string(512, '\0')}) {
            tree.file(file, nothing);
            CHECK(read(tree).report.state == SourceState::ok);
            CHECK(read(tree).additions.empty());
        }
        tree.file(file, rom_image(0, false) + rom_image(3, true).substr(0, 100));
        const Found cut = read(tree);
        CHECK(cut.report.state == SourceState::error);
        CHECK(cut.additions.at(0).firmware.size() == 1);
        tree.file("kernel/unreadable", "denied " + file + "\n");
        const Found denied = read(tree);
        CHECK(denied.report.state == SourceState::denied);
        CHECK(denied.additions.at(0).firmware.at(0).version.why() == "denied");
    }

    TEST_CASE("nobody offers one: absent") {
        const ScratchTree tree;
        CHECK(read(tree).report.state == SourceState::absent);
        add_pci(tree, place, card);
        CHECK(read(tree).report.detail == "left out by [scan] option_roms");  // as the machine itself would say
        const Found none = read_option_roms(replayed(tree), {.option_roms = OptionRoms::all});
        CHECK(none.report.state == SourceState::absent);
        CHECK(none.report.detail == "no function offers an option ROM");
    }

    TEST_CASE("of a live machine a ROM is passed over that is not the operator's choice") {
        const Reading network = Reading::of("0x020000");
        const Reading display = Reading::of("0x030000");
        CHECK(reason_to_pass(OptionRoms::unbound, true, network) != nullptr);
        CHECK(reason_to_pass(OptionRoms::unbound, false, display) != nullptr);
        CHECK(reason_to_pass(OptionRoms::unbound, false, Reading::of("0x038000")) != nullptr);
        CHECK(reason_to_pass(OptionRoms::unbound, false, {}) != nullptr);  // nobody knows what it is
        CHECK(reason_to_pass(OptionRoms::unbound, false, Reading::unreadable("denied")) != nullptr);
        CHECK(reason_to_pass(OptionRoms::unbound, false, network) == nullptr);
        CHECK(reason_to_pass(OptionRoms::all, true, display) == nullptr);
        CHECK(reason_to_pass(OptionRoms::off, false, network) != nullptr);
    }

    TEST_CASE("left out unless chosen, of a live machine") {
        const auto view = View::live();
        REQUIRE(view.has_value());
        const Found found = read_option_roms(*view, {});
        CHECK(found.report.state == SourceState::absent);
        CHECK(found.report.detail == "left out by [scan] option_roms");
        CHECK(found.additions.empty());
    }
}

TEST_SUITE("enabled_rom") {
    // A plain file keeps what is written to it, so it shows how it was switched.
    TEST_CASE("a ROM is switched on before it is read and off afterwards, also when it is too long") {
        const ScratchTree tree;
        const FileDescriptor top = top_of(tree);
        tree.file("devices/rom", "0123456789");
        const auto whole = read_enabled_rom(top.get(), "devices/rom", 10);
        REQUIRE(whole.has_value());
        CHECK(*whole == "1\n23456789");
        CHECK(contents(tree, "devices/rom") == "0\n23456789");
        tree.file("devices/rom", "0123456789");
        CHECK(read_enabled_rom(top.get(), "devices/rom", 9).error().code == Errc::limit_exceeded);
        CHECK(contents(tree, "devices/rom") == "0\n23456789");
    }

    TEST_CASE("nothing is written through a link, above the directory, or to what is no file") {
        const ScratchTree tree;
        tree.file("outside", "untouched");
        tree.directory("sysfs/devices/rom");
        tree.link("sysfs/link", "../outside");
        tree.link("sysfs/directory", "../sysfs/devices");
        auto top = open_directory(tree.path("sysfs"));
        REQUIRE(top.has_value());
        CHECK_FALSE(read_enabled_rom(top->get(), "link", 100).has_value());
        CHECK_FALSE(read_enabled_rom(top->get(), "../outside", 100).has_value());
        CHECK_FALSE(read_enabled_rom(top->get(), "directory/rom", 100).has_value());
        CHECK_FALSE(read_enabled_rom(top->get(), "devices/rom", 100).has_value());
        CHECK(read_enabled_rom(top->get(), "none", 100).error().code == Errc::not_found);
        CHECK(contents(tree, "outside") == "untouched");
    }

    TEST_CASE("a captured tree's kernel switches nothing on") {
        const ScratchTree tree;
        tree.file(file, "rom");
        CHECK(replayed(tree).kernel().option_rom(file, 100).error().code == Errc::unsupported);
        CHECK(contents(tree, file) == "rom");
    }
}

}  // namespace
}  // namespace assay::agent
