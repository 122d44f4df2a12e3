#include "base/file.hpp"

#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace assay;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777U;
}

}  // namespace

TEST_SUITE("file") {
    TEST_CASE("what is written reads back, with the mode asked for whatever the umask") {
        const test::ScratchDirectory scratch;
        const std::string path = scratch / "secret";
        CHECK(create_file(path, "one", 0600));
        CHECK(read_file(path, 3).value() == "one");
        CHECK(mode_of(path) == 0600);
        CHECK(replace_file(path, "two", 0644));
        CHECK(read_file(path, 3).value() == "two");
        CHECK(mode_of(path) == 0644);
    }

    TEST_CASE("each way a file cannot be read has a word and names the path") {
        const test::ScratchDirectory scratch;
        const std::string path = scratch / "f";
        CHECK(read_file(path, 9).error().code == Errc::not_found);
        CHECK(read_file(path, 9).error().where == path);
        CHECK(read_file(scratch.path(), 9).error().code == Errc::wrong_type);
        REQUIRE(create_file(path, "1234", 0600));
        CHECK(read_file(path, 4));
        CHECK(read_file(path, 3).error().code == Errc::limit_exceeded);
        CHECK(create_file(path, "", 0600).error().code == Errc::conflict);
        const std::string pipe = scratch / "pipe";
        REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
        CHECK(read_file(pipe, 9).error().code == Errc::wrong_type);
    }

    TEST_CASE("a secret that others may read is named with what to do") {
        const test::ScratchDirectory scratch;
        const std::string path = scratch / "token";
        CHECK(secret_file_problem(path).empty());
        REQUIRE(create_file(path, "x", 0600));
        CHECK(secret_file_problem(path).empty());
        REQUIRE(replace_file(path, "x", 0640));
        CHECK(secret_file_problem(path).find("chmod 0600 " + path) != std::string::npos);
    }

    TEST_CASE("another user's secret is root's to use only where its maker said so") {
        if (::geteuid() != 0) return;  // only root can give a file away
        const test::ScratchDirectory scratch;
        const std::string path = scratch / "token";
        REQUIRE(create_file(path, "x", 0600));
        REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
        CHECK(secret_file_problem(path).find("another user") != std::string::npos);
        CHECK(secret_file_problem(path, SecretOwner::anyone_for_root).empty());
        REQUIRE(::chmod(path.c_str(), 0644) == 0);
        CHECK(secret_file_problem(path, SecretOwner::anyone_for_root).find("chmod 0600") != std::string::npos);
    }

    TEST_CASE("relative paths are taken from the directory of the file that names them") {
        CHECK(beside("/etc/assay/a.toml", "ca.pem") == "/etc/assay/ca.pem");
        CHECK(beside("a.toml", "ca.pem") == "ca.pem");
        CHECK(beside("/etc/assay/a.toml", "/x") == "/x");
    }
}
