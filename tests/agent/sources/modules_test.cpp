#include "agent/sources/modules.hpp"

#include "agent/sources/firmware_files.hpp"
#include "agent/sources/module_file.hpp"
#include "tests/agent/support/least_module.hpp"
#include "tests/agent/support/sysfs.hpp"
#include "tests/support/files.hpp"
#include "tests/support/module_key.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string release = "6.1.0-test";
const std::string files = "lib/modules/" + release + "/";
const std::string note = build_id_note("0123456789abcdefghij");

std::string module_text(const std::string& srcversion = "ABCDEF") {
    return least_module(
        {{".note.gnu.build-id", note}, {".modinfo", modinfo({"license=GPL", "srcversion=" + srcversion})}}
    );
}

// A machine with one module, a driver with a signature.
struct Machine : ScratchTree {
    ModuleKey key{"Build key"};

    Machine() {
        file("proc/sys/kernel/osrelease", release + "\n");
        file("proc/modules", "tidy 16384 2 other, Live 0x0000000000000000\n");
        file(files + "modules.dep", "kernel/net/tidy.ko:\n");
        file(files + "kernel/net/tidy.ko", key.signed_module(module_text()));
        file("sys/module/tidy/taint", "\n");
        file("sys/module/tidy/srcversion", "ABCDEF\n");
        file("sys/module/tidy/notes/.note.gnu.build-id", note);
        file("sys/module/module/parameters/sig_enforce", "N\n");
    }

    Found read() const { return read_modules(replayed(*this)); }
    KernelModule only() const {
        const Found found = read();
        REQUIRE(found.modules.has_value());
        REQUIRE(found.modules->modules.size() == 1);
        return found.modules->modules[0];
    }
};

std::string bytes_of(const ScratchTree& tree, const std::string& path) {
    return to_text(read_file(tree.path(path)));
}

TEST_SUITE("modules") {
    TEST_CASE_FIXTURE(Machine, "a module tells its file, its hash, that it is the loaded one, and its signer") {
        file("sys/module/tidy/version", "1.0-k\n");
        const Found found = read();
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"module"});
        CHECK(found.modules->release == release);
        CHECK(found.modules->check == SignatureCheck::tainted);
        const std::string stored = bytes_of(*this, files + "kernel/net/tidy.ko");
        const KernelModule module = only();
        CHECK(module.name == "tidy");
        CHECK(module.version.text() == "1.0-k");
        CHECK(module.srcversion.text() == "ABCDEF");
        CHECK((module.taint.readable() && module.taint.text().empty()));
        CHECK(module.file == "kernel/net/tidy.ko");
        CHECK(module.size == stored.size());
        CHECK(module.sha256 == sha256(stored));
        CHECK(module.match == ModuleMatch::same);
        CHECK(module.signature == SignatureForm::cms);
        CHECK(module.signers == std::vector<ModuleSigner>{{"CN=Build key", key.serial(), "", "sha256"}});
        CHECK(module.problem.empty());
    }

    TEST_CASE_FIXTURE(Machine, "a file that was replaced after loading differs, by build id or by srcversion") {
        file("sys/module/tidy/notes/.note.gnu.build-id", build_id_note("another id, 20 bytes"));
        CHECK(only().match == ModuleMatch::differs);
        remove("sys/module/tidy/notes");
        CHECK(only().match == ModuleMatch::same);
        file("sys/module/tidy/srcversion", "FEDCBA\n");
        CHECK(only().match == ModuleMatch::differs);
        file("sys/module/tidy/notes/.note.gnu.build-id", note);
        CHECK(only().match == ModuleMatch::differs);
        remove("sys/module/tidy/notes");
        remove("sys/module/tidy/srcversion");
        CHECK(only().match == ModuleMatch::unknown);
    }

    TEST_CASE_FIXTURE(Machine, "a module that modules.dep does not know is listed, with its taint and without a file") {
        file("proc/modules", "tidy 1 0 - Live 0x0\nevil 1 0 - Live 0x0 (OE)\n");
        file("sys/module/evil/taint", "OE\n");
        const Found found = read();
        CHECK(found.report.state == SourceState::ok);
        REQUIRE(found.modules->modules.size() == 2);
        const KernelModule& evil = found.modules->modules[0];
        CHECK(evil.name == "evil");
        CHECK(evil.taint.text() == "OE");
        CHECK(evil.file.empty());
        CHECK(evil.state == SourceState::absent);
        CHECK(evil.signature == SignatureForm::unread);
        remove(files + "modules.dep");
        CHECK(read().report.state == SourceState::ok);
        CHECK(read().modules->modules[1].file.empty());
    }

    TEST_CASE_FIXTURE(Machine, "packed modules are read like others, and hashed as they are stored") {
        const KernelModule plain = only();
        for (const auto& [suffix, program] :
             {std::pair(".xz", "xz -c"), std::pair(".gz", "gzip -c"), std::pair(".zst", "zstd -q -c")}) {
            CAPTURE(suffix);
            const std::string name = "kernel/net/tidy.ko" + std::string(suffix);
            const std::string command =
                std::string(program) + " < " + path(files + "kernel/net/tidy.ko") + " > " + path(files + name);
            REQUIRE(std::system(command.c_str()) == 0);
            file(files + "modules.dep", name + ":\n");
            KernelModule packed = only();
            CHECK(packed.sha256 == sha256(bytes_of(*this, files + name)));
            CHECK(packed.sha256 != plain.sha256);
            packed.file = plain.file;
            packed.size = plain.size;
            packed.sha256 = plain.sha256;
            CHECK(packed == plain);
        }
    }

    TEST_CASE_FIXTURE(Machine, "a module without a signature has none, one of another kind says what it is") {
        file(files + "kernel/net/tidy.ko", module_text());
        CHECK(only().signature == SignatureForm::none);
        file(files + "kernel/net/tidy.ko", with_signature(module_text(), Bytes(10, 0), 1));
        CHECK(only().signature == SignatureForm::other);
        CHECK(only().problem == "signature of type 1");
        CHECK(only().match == ModuleMatch::same);
    }

    TEST_CASE_FIXTURE(Machine, "a file that lacks or is broken is an error that names it, and is hashed if it can be") {
        remove(files + "kernel/net/tidy.ko");
        CHECK(only().state == SourceState::absent);
        CHECK(read().report.state == SourceState::error);
        CHECK(read().report.detail.find("module tidy: is not there") != std::string::npos);
        file(files + "kernel/net/tidy.ko", "\x1f\x8b not gzip at all");
        CHECK(only().state == SourceState::ok);
        CHECK(only().sha256.has_value());
        CHECK(only().signature == SignatureForm::unread);
        CHECK(only().problem == "packed is no gzip stream, or a damaged one");
        CHECK(read().report.state == SourceState::error);
        file("kernel/unreadable", "denied " + files + "kernel/net/tidy.ko\n");
        CHECK(only().state == SourceState::denied);
    }

    TEST_CASE_FIXTURE(Machine, "what the kernel does with signatures that it cannot verify is told") {
        file("sys/module/module/parameters/sig_enforce", "Y\n");
        CHECK(read().modules->check == SignatureCheck::enforced);
        remove("sys/module/module");
        CHECK(read().modules->check == SignatureCheck::not_checked);
        file("kernel/unreadable", "denied sys/module/module/parameters/sig_enforce\n");
        CHECK(read().modules->check == SignatureCheck::unknown);
        remove("kernel");
        remove("sys");
        CHECK(read().modules->check == SignatureCheck::unknown);
        CHECK(only().taint.absent());
    }

    TEST_CASE_FIXTURE(Machine, "neither load order, use, address nor state of a module is in the list") {
        file("proc/modules", "tidy 1 0 - Live 0x0\nb 1 0 - Live 0x0\n");
        const std::string first = encode_module_list(*read().modules);
        file("proc/modules", "b 4096 9 tidy, Loading 0xffffffffc0000000 (+)\ntidy 8192 1 - Live 0xffffffffc1000000\n");
        CHECK(encode_module_list(*read().modules) == first);
        CHECK(decode_module_list(first).value() == *read().modules);
    }

    TEST_CASE_FIXTURE(Machine, "what was read of modules is not read again for their firmware, and says the same") {
        file(files + "kernel/net/tidy.ko", least_module({{".modinfo", modinfo({"firmware=tidy.bin"})}}));
        file(files + "kernel/net/torn.ko", "no module");
        file(files + "modules.dep", "kernel/net/tidy.ko:\nkernel/net/torn.ko:\nkernel/net/none.ko:\n");
        file("proc/modules", "tidy 1 0 - Live 0x0\ntorn 1 0 - Live 0x0\nnone 1 0 - Live 0x0\n");
        file("lib/firmware/" + release + "/tidy.bin", "firmware");
        SharedModules shared;
        const View view = replayed(*this);
        CHECK(read_modules(view, &shared).report == read_modules(view).report);
        const Found alone = read_firmware_files(view);
        CHECK(alone.report.detail.find("module none: is not there") == 0);
        CHECK(alone.report.detail.find("(and 1 more)") != std::string::npos);
        REQUIRE(alone.firmware->files.size() == 1);
        CHECK(alone.firmware->files[0].sha256 == sha256("firmware"));
        remove("proc/modules");
        remove("lib/modules");
        const Found after = read_firmware_files(view, {}, &shared);
        CHECK(after.report == alone.report);
        CHECK(after.firmware == alone.firmware);
    }

    TEST_CASE_FIXTURE(Machine, "what was not read before the deadline of one source is read by the other") {
        file(files + "kernel/net/tidy.ko", least_module({{".modinfo", modinfo({"firmware=tidy.bin"})}}));
        std::stop_source stop;
        const View view = replayed(*this);
        SharedModules shared;
        shared.put(read_loaded_modules(view));
        shared.put(files + "kernel/net/tidy.ko", fail(Errc::timed_out, "", "the deadline passed"));
        stop.request_stop();
        CHECK(read_modules(view.stopping(stop.get_token()), &shared).report.state == SourceState::timed_out);
        const Found found = read_firmware_files(view, {}, &shared);
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.firmware->files.size() == 1);
    }

    TEST_CASE_FIXTURE(Machine, "names of firmware beyond what is shared are read again") {
        SharedModules shared;
        const std::string path = files + "kernel/net/tidy.ko";
        shared.put(path, std::vector<std::string>{std::string(shared_names_bytes, 'x')});
        CHECK_FALSE(shared.firmware_names(path).has_value());
        shared.put(path, std::vector<std::string>{"a.bin"});
        CHECK(read_firmware_files(replayed(*this), {}, &shared).firmware->files.size() == 1);
    }

    TEST_CASE("no modules are absent") {
        const ScratchTree tree;
        CHECK(read_modules(replayed(tree)).report.state == SourceState::absent);
        tree.file("proc/modules", "r8169 1 0 - Live 0x0\n");
        CHECK(read_modules(replayed(tree)).report.state == SourceState::error);  // which kernel?
        CHECK_FALSE(read_modules(replayed(tree)).modules.has_value());
    }
}

TEST_SUITE("module_file") {
    TEST_CASE("any place of a large file can be asked for, packed or not, and none beyond its end") {
        const ScratchTree tree;
        std::string text;
        for (int i = 0; text.size() < (3U << 20U); ++i) text += std::to_string(i) + ",";
        tree.file("plain", text);
        REQUIRE(std::system(("gzip -c < " + tree.path("plain") + " > " + tree.path("packed")).c_str()) == 0);
        for (const char* name : {"plain", "packed"}) {
            const auto module = ModuleFile::read(replayed(tree), name);
            REQUIRE(module.has_value());
            CHECK(module->size() == text.size());
            CHECK(module->stored().sha256 == sha256(bytes_of(tree, name)));
            for (const std::size_t at :
                 {std::size_t{0}, std::size_t{16'000}, std::size_t{1'000'000}, text.size() - 700'000, text.size() - 1000
                 }) {
                CAPTURE(at);
                CHECK(as_text(module->bytes(at, 1000).value()) == text.substr(at, 1000));
            }
            CHECK(module->bytes(text.size() - 1, 2).error().code == Errc::truncated);
            CHECK(module->bytes(text.size(), 0).value().empty());
            CHECK(module->bytes(~std::uint64_t{0}, 1).error().code == Errc::truncated);
        }
    }

    TEST_CASE("a file that changes between two readings of it is a conflict") {
        const ScratchTree tree;
        tree.file("module", std::string(3U << 20U, 'a'));
        const auto module = ModuleFile::read(replayed(tree), "module");
        REQUIRE(module.has_value());
        tree.file("module", std::string(3U << 20U, 'b'));
        CHECK(module->bytes(1U << 20U, 10).error().code == Errc::conflict);
    }
}

}  // namespace
}  // namespace assay::agent
