// The files that modules name, where they are looked for, and what the kernel's log says of them. Modules here are
// those scripts/make-demo-tree writes: the least ELF file with a .modinfo section.

#include "agent/sources/firmware_files.hpp"

#include "base/encoding.hpp"
#include "tests/agent/support/demo_tree.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;
using namespace std::string_view_literals;

const std::string release = "6.1.0-demo-amd64";

// What the log of a captured machine says: `lines` as JSON.
std::string captured_log(const std::string& lines, int first = 0) {
    return R"({"log":{"first":)" + std::to_string(first) + R"(,"gap":false,"next":500,"lines":[)" + lines + "]}}";
}

void put(const DemoTree& tree, const std::string& path, std::string_view text) {
    const std::filesystem::path at = tree.path() + "/" + path;
    std::filesystem::create_directories(at.parent_path());
    std::ofstream(at) << text;
}

Found read(const DemoTree& tree, const FirmwareMemory& earlier = {}) {
    return read_firmware_files(View::replay(tree.path()).value(), earlier);
}

TEST_SUITE("firmware_files") {
    TEST_CASE("a file that is there is hashed, one that is not is absent") {
        const DemoTree tree("branch-cpe");
        const auto view = View::replay(tree.path());
        const Found found = read_firmware_files(*view);
        CHECK(found.report.state == SourceState::ok);
        REQUIRE(found.firmware->files.size() == 2);
        CHECK(found.firmware->files[0].state == SourceState::absent);
        CHECK(found.firmware->files[1].sha256 == sha256("made up for the demo: not a firmware\n"));
        CHECK(found.firmware->files[1].size == 37);
    }

    TEST_CASE("places are tried in the kernel's order, and a compressed file is hashed as stored") {
        const DemoTree tree("branch-cpe");
        put(tree, "lib/firmware/updates/rtl_nic/rtl8168h-2.fw", "newer");
        put(tree, "lib/firmware/updates/rtl_nic/rtl8168g-2.fw.xz", "by xz");
        const auto hash_of = [&tree](std::size_t index) { return read(tree).firmware->files.at(index).sha256; };
        CHECK(hash_of(0) == sha256("by xz"));
        CHECK(hash_of(1) == sha256("newer"));
        // Every place is looked at for one form before the next form is looked for anywhere.
        put(tree, "lib/firmware/rtl_nic/rtl8168g-2.fw.zst", "by zstd");
        CHECK(hash_of(0) == sha256("by zstd"));
        put(tree, "lib/firmware/rtl_nic/rtl8168g-2.fw", "plain");
        CHECK(hash_of(0) == sha256("plain"));
    }

    TEST_CASE("what the log says stands with each file: loaded, asked for in vain, or nothing") {
        const DemoTree tree("branch-cpe");
        const std::string hash(64, 'a');
        put(tree, "kernel/firmware_log.json",
            captured_log(
                R"({"file":"rtl_nic/rtl8168g-2.fw","outcome":"failed"},)"
                R"({"file":"rtl_nic/rtl8168h-2.fw","outcome":"loaded","sha256":")" +
                hash +
                R"("},)"
                R"({"file":"intel-ucode/06-9e-0a","outcome":"failed"})"
            ));
        put(tree, "lib/firmware/intel-ucode/06-9e-0a", "came later");
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.firmware->log == LogReach::whole);
        REQUIRE(found.firmware->files.size() == 3);
        CHECK(found.firmware->files[0].state == SourceState::absent);
        CHECK(found.firmware->files[0].request == FirmwareRequest::failed);
        CHECK(found.firmware->files[1].request == FirmwareRequest::loaded);
        CHECK(to_hex(found.firmware->files[1].loaded_sha256.value()) == hash);
        const FirmwareFile& built_in = found.firmware->files[2];  // of a driver that is no module
        CHECK(built_in.driver.empty());
        CHECK(built_in.file == "intel-ucode/06-9e-0a");
        CHECK(built_in.request == FirmwareRequest::failed);
        CHECK(built_in.sha256 == sha256("came later"));
    }

    TEST_CASE("a machine without modules still has what the log says") {
        const ScratchTree tree;
        tree.file("kernel/firmware_log.json", captured_log(R"({"file":"a.fw","outcome":"loaded"})"));
        tree.file("lib/firmware/a.fw", "firmware");
        const Found found = read_firmware_files(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered.empty());
        REQUIRE(found.firmware->files.size() == 1);
        CHECK(found.firmware->files[0].sha256 == sha256("firmware"));
    }

    TEST_CASE("a log that lost its beginning, was denied or is not there is told, and is no failure of the source") {
        const DemoTree tree("branch-cpe");
        CHECK(read(tree).firmware->log == LogReach::absent);
        put(tree, "kernel/firmware_log.json", captured_log("", 7));
        CHECK(read(tree).firmware->log == LogReach::cut);
        put(tree, "kernel/firmware_log.json", R"({"log":{"unreadable":"denied","why":""}})");
        CHECK(read(tree).firmware->log == LogReach::denied);
        CHECK(read(tree).report.state == SourceState::ok);
        put(tree, "kernel/firmware_log.json", "{}");
        CHECK(read(tree).firmware->log == LogReach::error);
    }

    TEST_CASE("lines that the log has lost since do not change the manifest, within one boot") {
        const DemoTree tree("branch-cpe");
        put(tree, "proc/sys/kernel/random/boot_id", "boot-1\n");
        put(tree, "kernel/firmware_log.json", captured_log(R"({"file":"rtl_nic/rtl8168h-2.fw","outcome":"loaded"})"));
        const Found first = read(tree);
        CHECK(first.log->boot == "boot-1");
        put(tree, "kernel/firmware_log.json", captured_log("", 500));
        const Found later = read(tree, *first.log);
        CHECK(encode_firmware_manifest(*later.firmware) == encode_firmware_manifest(*first.firmware));
        put(tree, "kernel/firmware_log.json", R"({"log":{"unreadable":"denied","why":""}})");
        CHECK(read(tree, *later.log).firmware->files == first.firmware->files);
        CHECK(read(tree, *later.log).log == later.log);
        put(tree, "proc/sys/kernel/random/boot_id", "boot-2\n");
        put(tree, "kernel/firmware_log.json", captured_log(""));
        CHECK(read(tree, *later.log).firmware->files[1].request == FirmwareRequest::unseen);
    }

    TEST_CASE("a log that cannot be read says nothing of this boot out of what an earlier one said") {
        const DemoTree tree("branch-cpe");
        put(tree, "proc/sys/kernel/random/boot_id", "boot-1\n");
        put(tree, "kernel/firmware_log.json", captured_log(R"({"file":"rtl_nic/rtl8168h-2.fw","outcome":"loaded"})"));
        const Found first = read(tree);
        REQUIRE(first.firmware->files.at(1).request == FirmwareRequest::loaded);
        put(tree, "kernel/firmware_log.json", R"({"log":{"unreadable":"denied","why":""}})");
        put(tree, "proc/sys/kernel/random/boot_id", "boot-2\n");
        const Found next = read(tree, *first.log);
        CHECK(next.firmware->log == LogReach::denied);
        CHECK(next.firmware->files.at(1).request == FirmwareRequest::unseen);
        CHECK(next.log == FirmwareMemory{"boot-2", {}});
        put(tree, "proc/sys/kernel/random/boot_id", "\n");  // of which boot is not known
        CHECK(read(tree, {"", first.log->log}).firmware->files.at(1).request == FirmwareRequest::unseen);
    }

    TEST_CASE("a file that could not be read says why: denied, in time, or otherwise") {
        const DemoTree tree("branch-cpe");
        for (const auto& [word, state] :
             {std::pair("denied", SourceState::denied), std::pair("timed_out", SourceState::timed_out),
              std::pair("error", SourceState::error)}) {
            put(tree, "kernel/unreadable", word + std::string(" lib/firmware/rtl_nic/rtl8168h-2.fw\n"));
            CHECK(read(tree).firmware->files.at(1).state == state);
        }
    }

    TEST_CASE("a name in the log that climbs out of the firmware directory is not followed") {
        const DemoTree tree("branch-cpe");
        put(tree, "kernel/firmware_log.json", captured_log(R"({"file":"../../proc/cpuinfo","outcome":"loaded"})"));
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::error);
        for (const FirmwareFile& one : found.firmware->files) CHECK((one.driver.empty() ? !one.sha256 : true));
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
        for (const FirmwareFile& one : found.firmware->files) CHECK_FALSE(one.sha256.has_value());
    }

    TEST_CASE("a module that cannot be read is an error of the source, and the others are read") {
        const DemoTree tree("branch-cpe", "");
        std::ofstream(tree.path() + "/lib/modules/" + release + "/kernel/drivers/r8169.ko") << "\xfd"
                                                                                               "7zXZ\0";
        const auto view = View::replay(tree.path());
        const Found found = read_firmware_files(*view);
        CHECK(found.report.state == SourceState::error);
        CHECK(found.firmware->files.empty());
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
