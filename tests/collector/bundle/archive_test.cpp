#include "collector/bundle/archive.hpp"

#include "evidence/limits.hpp"
#include "tests/support/files.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace assay;

namespace {

Bytes text(std::string_view words) {
    return to_bytes(as_bytes(words));
}

const BundleFiles files{{"a.json", text("{}")}, {"documents/00", Bytes(20'000, 7)}, {"empty", {}}};

Error refused(const BundleFiles& given) {
    const auto read = decode_archive(encode_archive(given));
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

// What `tar` makes of files that a shell command made.
Bytes made_by_tar(const std::string& command) {
    const test::ScratchDirectory directory;
    const std::string archive = directory / "out.tar";
    const std::string whole = "cd " + directory.path().string() + " && mkdir d && cd d && " + command;
    REQUIRE(std::system((whole + " && tar --format=ustar -cf ../out.tar *").c_str()) == 0);
    return test::read_file(archive);
}

}  // namespace

TEST_SUITE("archive") {
    TEST_CASE("what was written is read, and the same files give the same bytes") {
        const Bytes archive = encode_archive(files);
        CHECK(decode_archive(archive).value() == files);
        CHECK(encode_archive(files) == archive);
    }

    TEST_CASE("tar opens it, and what tar writes is read") {
        const test::ScratchDirectory directory;
        const Bytes archive = encode_archive(files);
        std::ofstream(directory / "b.tar") << as_text(archive);
        REQUIRE(std::system(("cd " + directory.path().string() + " && tar -xf b.tar").c_str()) == 0);
        CHECK(test::read_file(directory / "documents/00") == files.at("documents/00"));
        CHECK(decode_archive(made_by_tar("echo one > one")).value() == BundleFiles{{"one", text("one\n")}});
    }

    TEST_CASE("a cut archive is refused, or is one of fewer whole files") {
        const Bytes archive = encode_archive(files);
        for (std::size_t size = 0; size < archive.size(); size += size < 2'000 ? 1 : 97) {
            CAPTURE(size);
            const auto read = decode_archive(ByteView(archive).first(size));
            if (!read) continue;
            for (const auto& [name, body] : *read) CHECK(files.at(name) == body);
        }
    }

    TEST_CASE("names that lead elsewhere, or that no bundle has, are refused") {
        for (const char* name : {"/etc/passwd", "../a", "a/../b", "a//b", "./a", "A", "a b", "a\n", "a/"}) {
            CAPTURE(name);
            CHECK(refused({{name, text("x")}}).code == Errc::bad_value);
        }
    }

    TEST_CASE("links, directories and devices are refused") {
        CHECK_FALSE(decode_archive(made_by_tar("ln -s /etc/passwd a")).has_value());
        CHECK_FALSE(decode_archive(made_by_tar("echo x > a && ln a b")).has_value());
        CHECK_FALSE(decode_archive(made_by_tar("mkdir a")).has_value());
        CHECK_FALSE(decode_archive(made_by_tar("mkfifo a")).has_value());
    }

    TEST_CASE("a file that stands twice is refused") {
        Bytes twice = encode_archive({{"a", text("x")}});
        const Bytes again = twice;
        twice.resize(1'024);
        twice.insert(twice.end(), again.begin(), again.end());
        const auto read = decode_archive(twice);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().where == "a");
        CHECK(read.error().what == "stands twice in the bundle");
    }

    TEST_CASE("as many files as a bundle may have are read, and one more is refused") {
        BundleFiles many;
        for (std::size_t i = 0; i < limits::bundle_files; ++i) many[std::to_string(i)] = {};
        CHECK(decode_archive(encode_archive(many)).value().size() == limits::bundle_files);
        many["one-more"] = {};
        CHECK(refused(many).code == Errc::limit_exceeded);
    }

    TEST_CASE("compressed archives and other formats are refused") {
        const test::ScratchDirectory directory;
        std::ofstream(directory / "b.tar") << as_text(encode_archive(files));
        REQUIRE(std::system(("gzip " + directory.path().string() + "/b.tar").c_str()) == 0);
        CHECK_FALSE(decode_archive(test::read_file(directory / "b.tar.gz")).has_value());
        CHECK_FALSE(decode_archive(text("no archive at all, and not even a block of one")).has_value());
    }
}
