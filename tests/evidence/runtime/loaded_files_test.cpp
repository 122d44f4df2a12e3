// Firmware and modules among measured files, and firmware joined with what the agent hashed.

#include "evidence/runtime/loaded_files.hpp"

#include "tests/support/captured_boot.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay {
namespace {

using test::ima_file;
using test::ima_violation;

const FirmwareSearch search{"6.1.0-56-amd64", {"/opt/firmware"}};

std::vector<std::string> names(const std::vector<LoadedFile>& files) {
    std::vector<std::string> out;
    for (const LoadedFile& one : files) out.push_back(one.name);
    return out;
}

using Names = std::vector<std::string>;

FirmwareFile hashed(const std::string& file, std::string_view content) {
    return {"driver", file, SourceState::ok, content.size(), sha256(content)};
}

FirmwareUse use_of(const FirmwareFile& file, const std::vector<ImaEntry>& entries) {
    return join_firmware({LogReach::absent, {file}}, loaded_files(entries, search).firmware).files.at(0).use;
}

TEST_SUITE("loaded_files") {
    TEST_CASE("firmware is what lies below a search path, under the name that drivers use") {
        const std::vector entries = {
            ima_file("/lib/firmware/iwlwifi-1.ucode", "a"),
            ima_file("/usr/lib/firmware/amdgpu/x.bin.xz", "b"),
            ima_file("/usr/lib/firmware/y.bin.zst", "c"),
            ima_file("/lib/firmware/updates/z.bin", "d"),
            ima_file("/lib/firmware/6.1.0-56-amd64/k.bin", "e"),
            ima_file("/lib/firmware/updates/6.1.0-56-amd64/u.bin", "f"),
            ima_file("/opt/firmware/o.bin", "g"),
            ima_file("/opt/firmware/updates/p.bin", "h"),
            ima_file("/lib/firmware2/not.bin", "i"),
            ima_file("/opt/lib/firmware/not.bin", "j"),
            ima_file("/lib/firmware", "k"),
            ima_file("/lib/firmware/", "l"),
        };
        const LoadedFiles loaded = loaded_files(entries, search);
        CHECK(
            names(loaded.firmware) ==
            Names{"iwlwifi-1.ucode", "amdgpu/x.bin", "y.bin", "z.bin", "k.bin", "u.bin", "o.bin", "updates/p.bin"}
        );
        CHECK(loaded.modules.empty());
        CHECK(loaded.firmware[1].path == "/usr/lib/firmware/amdgpu/x.bin.xz");
        CHECK(loaded.firmware[1].algorithm == "sha256");
        CHECK(same_bytes(loaded.firmware[1].digest, sha256("b")));
    }

    TEST_CASE("modules are files named .ko, compressed or not, under the names that the kernel lists") {
        const std::vector entries = {
            ima_file("/lib/modules/6.1/kernel/drivers/net/e1000e.ko", "a"),
            ima_file("/usr/lib/modules/6.1/snd-hda-intel.ko.xz", "b"),
            ima_file("/tmp/rootkit.ko.zst", "c"),
            ima_file("/x/y.ko.gz", "d"),
            ima_file("/x/y.koala", "e"),
            ima_file("/x/readme.ko.txt", "f"),
        };
        const LoadedFiles loaded = loaded_files(entries, search);
        CHECK(names(loaded.modules) == Names{"e1000e", "snd_hda_intel", "rootkit", "y"});
        CHECK(loaded.firmware.empty());
    }

    TEST_CASE("the recorded boot loaded the modules that its kernel needed, and no firmware") {
        const LoadedFiles loaded = loaded_files(test::captured_ima_list(), search);
        CHECK(loaded.firmware.empty());
        CHECK(loaded.modules.size() > 20);
        const Names found = names(loaded.modules);
        CHECK(std::ranges::find(found, "e1000e") != found.end());
    }

    TEST_CASE("buffers, and entries whose fields cannot be read, are no files") {
        const std::vector entries = {
            test::ima_buffer("/lib/firmware/x.bin", {1}), test::ima_entry("ima-future", {1, 2}),
            test::ima_entry("ima-ng", test::ima_fields({to_bytes("x"), test::ima_name("/lib/firmware/x")}))
        };
        CHECK(loaded_files(entries, search).firmware.empty());
    }

    TEST_CASE("a manifest's file is joined by name and content") {
        const std::string path = "/lib/firmware/a.bin";
        CHECK(use_of(hashed("a.bin", "one"), {ima_file(path, "one")}) == FirmwareUse::same);
        CHECK(use_of(hashed("a.bin", "one"), {ima_file(path, "two")}) == FirmwareUse::other_content);
        CHECK(use_of(hashed("a.bin", "one"), {ima_file(path, "one"), ima_file(path, "two")}) == FirmwareUse::several);
        CHECK(
            use_of(hashed("a.bin", "one"), {ima_file(path, "one"), ima_file(path + ".xz", "one")}) == FirmwareUse::same
        );
        CHECK(use_of(hashed("b.bin", "one"), {ima_file(path, "one")}) == FirmwareUse::not_measured);
        CHECK(use_of(hashed("bin", "one"), {ima_file(path, "one")}) == FirmwareUse::not_measured);
    }

    TEST_CASE("without a SHA-256 on both sides there is nothing to compare") {
        const std::string path = "/lib/firmware/a.bin";
        const FirmwareFile unread{"driver", "a.bin", SourceState::denied, 0, std::nullopt};
        CHECK(use_of(unread, {ima_file(path, "one")}) == FirmwareUse::not_comparable);
        CHECK(use_of(unread, {}) == FirmwareUse::not_measured);
        CHECK(use_of(hashed("a.bin", "one"), {ima_violation(path)}) == FirmwareUse::not_comparable);
        const Digest sha1 = hash(HashAlg::sha1, as_bytes("one"));
        const std::vector by_sha1 = {
            test::ima_entry("ima", legacy_ima_data(sha1.bytes(), as_bytes(path))),
            test::ima_entry("ima-ng", test::ima_fields({test::ima_digest("sha1", sha1.bytes()), test::ima_name(path)}))
        };
        CHECK(use_of(hashed("a.bin", "one"), by_sha1) == FirmwareUse::not_comparable);
    }

    TEST_CASE("measured firmware that no loaded driver names is told apart") {
        const std::vector entries = {ima_file("/lib/firmware/a.bin", "a"), ima_file("/lib/firmware/b.bin", "b")};
        const FirmwareManifest manifest{LogReach::absent, {hashed("a.bin", "a"), hashed("c.bin", "c")}};
        const FirmwareJoin join = join_firmware(manifest, loaded_files(entries, search).firmware);
        REQUIRE(join.files.size() == 2);
        CHECK(join.files[0].use == FirmwareUse::same);
        CHECK(join.files[1].use == FirmwareUse::not_measured);
        CHECK(names(join.unclaimed) == Names{"b.bin"});
    }
}

}  // namespace
}  // namespace assay
