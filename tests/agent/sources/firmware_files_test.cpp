// Firmware names of modules, and the files they lead to. Modules here are those scripts/make-demo-tree writes: the
// least ELF file with a .modinfo section.

#include "agent/sources/firmware_files.hpp"

#include "agent/sources/module_info.hpp"
#include "tests/agent/support/demo_tree.hpp"
#include "tests/agent/support/sysfs.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;
using namespace std::string_view_literals;

const std::string release = "6.1.0-demo-amd64";

Bytes demo_module(const DemoTree& tree) {
    return read_file(tree.path() + "/lib/modules/" + release + "/kernel/drivers/r8169.ko");
}

TEST_SUITE("module_info") {
    TEST_CASE("the firmware lines of a module are found, sorted") {
        const DemoTree tree("branch-cpe");
        const auto names = firmware_names(demo_module(tree));
        REQUIRE(names.has_value());
        CHECK(*names == std::vector<std::string>{"rtl_nic/rtl8168g-2.fw", "rtl_nic/rtl8168h-2.fw"});
    }

    TEST_CASE("a module cut anywhere is refused") {
        const DemoTree tree("branch-cpe");
        const Bytes whole = demo_module(tree);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(firmware_names(ByteView(whole).first(size)).has_value());
        }
    }

    TEST_CASE("section numbers, offsets and sizes that lie are refused or find nothing, never read beyond the end") {
        const DemoTree tree("branch-cpe");
        const Bytes whole = demo_module(tree);
        for (std::size_t at = 0x20; at < 0x40; ++at) {
            Bytes changed = whole;
            changed[at] = 0xff;
            CAPTURE(at);
            const auto names = firmware_names(changed);
            CHECK((!names || names->empty() || names->size() == 2));
        }
    }

    TEST_CASE("compressed modules and other files are told apart") {
        CHECK(
            firmware_names(as_bytes("\xfd"
                                    "7zXZ\0...."sv))
                .error()
                .code == Errc::unsupported
        );
        CHECK(firmware_names(as_bytes("\x28\xb5\x2f\xfd...."sv)).error().code == Errc::unsupported);
        CHECK(firmware_names(as_bytes("\x1f\x8b...."sv)).error().code == Errc::unsupported);
        CHECK(firmware_names(as_bytes("#!/bin/sh\n"sv)).error().code == Errc::bad_magic);
    }

    TEST_CASE("module names are those of /proc/modules, whatever their files are called") {
        CHECK(module_name("kernel/net/snd-hda-intel.ko") == "snd_hda_intel");
        CHECK(module_name("kernel/net/x.ko.xz") == "x");
        const auto paths = module_paths("kernel/a-b.ko: kernel/c.ko\nkernel/c.ko:\nno colon\n");
        CHECK(paths.size() == 2);
        CHECK(paths.at("a_b") == "kernel/a-b.ko");
    }
}

TEST_SUITE("firmware_files") {
    TEST_CASE("a file that is there is hashed, one that is not is absent") {
        const DemoTree tree("branch-cpe");
        const auto view = View::replay(tree.path());
        const Found found = read_firmware_files(*view);
        CHECK(found.report.state == SourceState::ok);
        REQUIRE(found.firmware.size() == 2);
        CHECK(found.firmware[0].state == SourceState::absent);
        CHECK(found.firmware[1].sha256 == sha256("made up for the demo: not a firmware\n"));
        CHECK(found.firmware[1].size == 37);
    }

    TEST_CASE("places are tried in the kernel's order, and a compressed file is hashed as stored") {
        const DemoTree tree("branch-cpe");
        const auto put = [&tree](const std::string& path, std::string_view text) {
            const std::filesystem::path at = tree.path() + "/" + path;
            std::filesystem::create_directories(at.parent_path());
            std::ofstream(at) << text;
        };
        put("lib/firmware/updates/rtl_nic/rtl8168h-2.fw", "newer");
        put("lib/firmware/rtl_nic/rtl8168g-2.fw.xz", "compressed");
        const auto view = View::replay(tree.path());
        const Found found = read_firmware_files(*view);
        REQUIRE(found.firmware.size() == 2);
        CHECK(found.firmware[0].sha256 == sha256("compressed"));
        CHECK(found.firmware[1].sha256 == sha256("newer"));
    }

    TEST_CASE("a name that climbs out of the firmware directory is not followed") {
        const DemoTree tree("branch-cpe");
        tree.around().file(
            "tree2.toml",
            "name = \"x\"\nkernel_release = \"r\"\n[[module]]\nname = \"evil\"\n"
            "firmware = [\"../../proc/cpuinfo\", \"/proc/cpuinfo\"]\n"
        );
        const std::string made = tree.around().path("tree2");
        const std::string command =
            std::string(ASSAY_SOURCE_DIR) + "/scripts/make-demo-tree " + tree.around().path("tree2.toml") + " " + made;
        REQUIRE(std::system(command.c_str()) == 0);
        const auto view = View::replay(made);
        const Found found = read_firmware_files(*view);
        CHECK(found.report.state == SourceState::error);
        for (const FirmwareFile& one : found.firmware) CHECK_FALSE(one.sha256.has_value());
    }

    TEST_CASE("a module that cannot be read is an error of the source, and the others are read") {
        const DemoTree tree("branch-cpe", "");
        std::ofstream(tree.path() + "/lib/modules/" + release + "/kernel/drivers/r8169.ko") << "\xfd"
                                                                                               "7zXZ\0";
        const auto view = View::replay(tree.path());
        const Found found = read_firmware_files(*view);
        CHECK(found.report.state == SourceState::error);
        CHECK(found.firmware.empty());
    }

    TEST_CASE("no modules are absent, and so are modules without their directory") {
        const ScratchTree tree;
        CHECK(read_firmware_files(replayed(tree)).report.state == SourceState::absent);
        tree.file("proc/modules", "r8169 1 0 - Live 0x0\n");
        CHECK(read_firmware_files(replayed(tree)).report.state == SourceState::error);  // which kernel?
        tree.file("proc/sys/kernel/osrelease", "6.1.0\n");
        CHECK(read_firmware_files(replayed(tree)).report.state == SourceState::absent);
    }
}

}  // namespace
}  // namespace assay::agent
