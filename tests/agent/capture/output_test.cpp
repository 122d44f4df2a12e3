// Where captures are written: nothing that is there is touched, no link is followed, nobody else can read them, and
// what fails leaves nothing behind.

#include "agent/capture/capture_files.hpp"
#include "agent/capture/output_file.hpp"
#include "tests/agent/support/scratch_tree.hpp"
#include "tests/support/command.hpp"

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace assay::agent {
namespace {

namespace fs = std::filesystem;
using test::ScratchTree;
using Kind = RecordedTree::Kind;

const UnixMillis noon{1'790'000'000'000};

std::string content(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

CaptureFiles sample() {
    RecordedTree tree;
    tree.entries["sys/class/net/eth0"] = {Kind::link, "../../devices/pci0000:00/net/eth0"};
    tree.entries["sys/devices/pci0000:00/net/eth0/address"] = {Kind::file, "00:e0:fc:12:34:56\n"};
    tree.entries["sys/devices/empty"] = {};
    tree.entries["sys/odd name\twith\nthings"] = {Kind::file, std::string("\0\xff", 2)};
    tree.entries["sys/" + std::string(90, 'd') + "/" + std::string(200, 'f')] = {Kind::file, std::string(1000, 'x')};
    tree.entries["sys/longlink"] = {Kind::link, std::string(300, 'l')};
    tree.answers["kernel/usb.json"] = json::Object{{"devices", json::Array{}}};
    tree.unreadable["sys/secret"] = {Errc::denied, "permission denied"};
    return capture_files(std::move(tree), "made up");
}

// What stands in a directory, as files of a capture.
CaptureFiles found_in(const std::string& dir) {
    CaptureFiles out;
    for (const auto& entry : fs::recursive_directory_iterator(dir)) {
        const std::string path = entry.path().lexically_relative(dir).string();
        struct stat status{};
        REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
        if (entry.is_symlink()) {
            out[path] = {Kind::link, fs::read_symlink(entry.path()).string()};
        } else {
            CHECK((status.st_mode & 0777U) == (entry.is_directory() ? 0700 : 0600));
            if (entry.is_directory())
                out[path] = {};
            else
                out[path] = {Kind::file, content(entry.path().string())};
        }
    }
    return out;
}

// Runs `work` in a child; its exit code.
template <class Work>
int in_child(Work work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(work());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

TEST_SUITE("capture_output") {
    TEST_CASE("a directory holds the files as they are, for its owner alone") {
        const ScratchTree scratch;
        REQUIRE(write_directory(scratch.path("new"), sample()).has_value());
        CHECK(found_in(scratch.path("new")) == sample());
        scratch.directory("empty");
        ::chmod(scratch.path("empty").c_str(), 0700);
        REQUIRE(write_directory(scratch.path("empty"), sample()).has_value());
        CHECK(found_in(scratch.path("empty")) == sample());
    }

    TEST_CASE("what tar unpacks of an archive is what was captured, long names and links too") {
        const ScratchTree scratch;
        for (const char* name : {"a.tar", "a.tar.gz"}) {
            CAPTURE(name);
            const bool gzip = std::string(name).ends_with(".gz");
            REQUIRE(write_archive(scratch.path(name), gzip ? Archive::gzip : Archive::plain, sample(), noon).has_value()
            );
            struct stat status{};
            REQUIRE(::stat(scratch.path(name).c_str(), &status) == 0);
            CHECK((status.st_mode & 0777U) == 0600);
            const std::string to = scratch.path(std::string("of-") + name);
            const auto said = test::run_command(
                "mkdir " + to + " && tar -xp" + (gzip ? "z" : "") + "f " + scratch.path(name) + " -C " + to + " 2>&1"
            );
            CAPTURE(said.output);
            CHECK(said.status == 0);
            CHECK(said.output.empty());
            CHECK(found_in(to) == sample());
        }
        CHECK(fs::file_size(scratch.path("a.tar")) % 512 == 0);
        CHECK(fs::file_size(scratch.path("a.tar.gz")) < fs::file_size(scratch.path("a.tar")));
    }

    TEST_CASE("what is there stays as it is: a full directory, a file, a link, an archive") {
        const ScratchTree scratch;
        scratch.file("full/notes", "mine");
        scratch.file("file", "mine");
        scratch.directory("elsewhere");
        scratch.link("link", "elsewhere");
        scratch.link("dangling", "nowhere");
        for (const char* name : {"full", "file", "link", "dangling"}) {
            CAPTURE(name);
            const auto dir = write_directory(scratch.path(name), sample());
            REQUIRE_FALSE(dir.has_value());
            CHECK(dir.error().code == Errc::conflict);
            CHECK(dir.error().where == scratch.path(name));
            const auto archive = write_archive(scratch.path(name), Archive::plain, sample(), noon);
            REQUIRE_FALSE(archive.has_value());
            CHECK(archive.error().code == Errc::conflict);
        }
        CHECK(content(scratch.path("full/notes")) == "mine");
        CHECK(content(scratch.path("file")) == "mine");
        CHECK(fs::is_empty(scratch.path("elsewhere")));
        CHECK_FALSE(fs::exists(scratch.path("nowhere")));
        CHECK_FALSE(write_directory(scratch.path("no/such/parent"), sample()).has_value());
    }

    TEST_CASE("a directory that others may write in, or that is another's, is refused") {
        const ScratchTree scratch;
        scratch.directory("open");
        ::chmod(scratch.path("open").c_str(), 0777);
        CHECK(write_directory(scratch.path("open"), sample()).error().what == "is open to others for writing");
        if (::geteuid() != 0) return;
        scratch.directory("theirs");
        REQUIRE(::chown(scratch.path("theirs").c_str(), 65534, 65534) == 0);
        CHECK(write_directory(scratch.path("theirs"), sample()).error().what == "belongs to somebody else");
        CHECK(fs::is_empty(scratch.path("theirs")));
    }

    TEST_CASE("an entry below a link is left out, so that no link of the capture itself leads out") {
        const ScratchTree scratch;
        scratch.directory("outside");
        RecordedTree tree;
        tree.entries["sys/way"] = {Kind::link, scratch.path("outside")};
        tree.entries["sys/way/file"] = {Kind::file, "x"};
        const CaptureFiles files = capture_files(std::move(tree), "hostile");
        CHECK_FALSE(files.contains("sys/way/file"));
        REQUIRE(write_directory(scratch.path("new"), files).has_value());
        CHECK(fs::is_empty(scratch.path("outside")));
        // And were it left in, the writer would not follow.
        CaptureFiles raw;
        raw["sys"] = {};
        raw["sys/way"] = {Kind::link, scratch.path("outside")};
        raw["sys/way/file"] = {Kind::file, "x"};
        CHECK_FALSE(write_directory(scratch.path("raw"), raw).has_value());
        CHECK(fs::is_empty(scratch.path("outside")));
        CHECK_FALSE(fs::exists(scratch.path("raw")));
    }

    TEST_CASE("an entry that cannot be made ends it, and nothing half-made is left") {
        const ScratchTree scratch;
        CaptureFiles files = sample();
        files["sys/" + std::string(300, 'n')] = {Kind::file, "a name longer than a file system takes"};
        CHECK_FALSE(write_directory(scratch.path("new"), files).has_value());
        CHECK_FALSE(fs::exists(scratch.path("new")));
        scratch.directory("empty");
        ::chmod(scratch.path("empty").c_str(), 0700);
        CHECK_FALSE(write_directory(scratch.path("empty"), files).has_value());
        CHECK(fs::is_empty(scratch.path("empty")));
    }

    TEST_CASE("a file that may not grow is an error, and nothing half-made is left") {
        const ScratchTree scratch;
        CaptureFiles files = sample();
        files["sys/large"] = {Kind::file, std::string(200'000, 'x')};
        const int code = in_child([&scratch, &files] {
            ::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{4096, 4096};
            if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
            if (write_directory(scratch.path("dir"), files)) return 2;
            if (write_archive(scratch.path("a.tar"), Archive::plain, files, noon)) return 3;
            return 0;
        });
        CHECK(code == 0);
        CHECK(fs::is_empty(scratch.path()));
    }

    TEST_CASE("a full disk is an error that says so, and nothing half-made is left") {
        const ScratchTree scratch;
        scratch.directory("disk");
        const int code = in_child([&scratch] {
            if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
                return 9;
            const std::string disk = scratch.path("disk");
            if (::mount("none", disk.c_str(), "tmpfs", 0, "size=64k,mode=0700") != 0) return 9;
            CaptureFiles files = sample();
            files["sys/large"] = {Kind::file, std::string(200'000, 'x')};
            const auto dir = write_directory(disk + "/new", files);
            if (dir || dir.error().what != "No space left on device") return 1;
            const auto plain = write_archive(disk + "/a.tar", Archive::plain, files, noon);
            if (plain || plain.error().what != "No space left on device") return 2;
            for (std::size_t i = 0; i < 200'000; ++i) files["sys/large"].bytes[i] = static_cast<char>(i * i / 7);
            files["sys/large"].bytes += test::run_command("head -c 300000 /dev/urandom").output;
            const auto gzip = write_archive(disk + "/a.tgz", Archive::gzip, files, noon);
            if (gzip) return 3;
            if (write_directory(disk, files)) return 4;
            return fs::is_empty(disk) ? 0 : 5;
        });
        if (code == 9) {
            MESSAGE("skipped: mounting is not permitted here");
            return;
        }
        CHECK(code == 0);
    }
}

}  // namespace
}  // namespace assay::agent
