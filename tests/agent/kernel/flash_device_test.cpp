// The read-only nodes of flashes: what is opened and what is not, and pieces of what is read. No machine of these tests
// has a flash, so reading is of plain files.

#include "agent/kernel/flash_device.hpp"

#include "agent/root/tree.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace assay::agent {
namespace {

using test::ScratchTree;

FileDescriptor opened(const ScratchTree& tree, const char* name) {
    return FileDescriptor(::open(tree.path(name).c_str(), O_RDONLY | O_CLOEXEC));
}

TEST_SUITE("flash_device") {
    TEST_CASE("a node is opened only if it is the read-only one of that flash") {
        const ScratchTree tree;
        auto dev = open_directory(tree.path());
        REQUIRE(dev.has_value());
        const auto refused = [&dev](const char* device) { return open_flash(dev->get(), device).error().code; };
        tree.file("mtd1ro", "a plain file");
        REQUIRE(::mkfifo(tree.path("mtd2ro").c_str(), 0600) == 0);
        tree.link("mtd3ro", "/dev/null");
        tree.directory("mtd4ro");
        CHECK(refused("mtd0") == Errc::io_error);  // who is in sysfs has to have a node
        CHECK(refused("mtd1") == Errc::wrong_type);
        CHECK(refused("mtd2") == Errc::wrong_type);  // and nobody waited for a writer
        CHECK(refused("mtd3") == Errc::bad_value);
        CHECK(refused("mtd4") == Errc::wrong_type);
        for (const char* none : {"", "mtd", "mtd1ro", "mtd-1", "../mtd1", "sda", "mtd1/", "mtd99999999999"})
            CHECK(refused(none) == Errc::bad_value);
        const std::string null = tree.path("mtd5ro");
        if (::mknod(null.c_str(), S_IFCHR | 0600, ::makedev(1, 3)) == 0) CHECK(refused("mtd5") == Errc::wrong_type);
        const std::string writable = tree.path("mtd6ro");  // mtd6 itself, under the other's name
        if (::mknod(writable.c_str(), S_IFCHR | 0600, ::makedev(90, 12)) == 0)
            CHECK(refused("mtd6") == Errc::wrong_type);
        const std::string right = tree.path("mtd7ro");  // there is no such flash here, or it may not be opened
        if (::mknod(right.c_str(), S_IFCHR | 0600, ::makedev(90, 15)) == 0) CHECK(refused("mtd7") != Errc::wrong_type);
    }

    TEST_CASE("a range is read in pieces, never whole, and not beyond its end") {
        const ScratchTree tree;
        std::string bytes(300'000, '\0');
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 251);
        tree.file("flash", bytes);
        const FileDescriptor flash = opened(tree, "flash");
        std::string got;
        std::size_t largest = 0;
        const auto collect = [&got, &largest](std::string_view piece) {
            got += piece;
            largest = std::max(largest, piece.size());
        };
        CHECK(read_flash(flash, {"mtd0", 1000, 200'000}, {}, collect).has_value());
        CHECK(got == bytes.substr(1000, 200'000));
        CHECK(largest <= 65'536);
        CHECK(read_flash(flash, {"mtd0", 0, 300'000}, {}, collect).has_value());
        CHECK(read_flash(flash, {"mtd0", 0, 300'001}, {}, collect).error().code == Errc::io_error);
        CHECK(
            hash_flash(flash, {"mtd0", 5, 100'000}, FlashHash::bytes, {})->sha256 == sha256(bytes.substr(5, 100'000))
        );
        CHECK(hash_flash(flash, {"mtd0", 0, 300'000}, FlashHash::volumes, {}).error().code == Errc::not_found);
    }

    TEST_CASE("a stop ends a reading between two pieces") {
        const ScratchTree tree;
        tree.file("flash", std::string(300'000, 'x'));
        const FileDescriptor flash = opened(tree, "flash");
        std::stop_source stop;
        std::size_t pieces = 0;
        const auto count = [&pieces, &stop](std::string_view) {
            if (++pieces == 2) stop.request_stop();
        };
        CHECK(read_flash(flash, {"mtd0", 0, 300'000}, stop.get_token(), count).error().code == Errc::timed_out);
        CHECK(pieces == 2);
    }

    TEST_CASE("where a captured tree has it") {
        CHECK(flash_file("mtd0") == "dev/mtd0ro");
        CHECK(flash_file({"mtd12", 0x1000, 0x3000}, FlashHash::bytes) == "dev/mtd12ro/1000+3000");
        CHECK(flash_file({"mtd0", 0, 0x1000}, FlashHash::volumes) == "dev/mtd0ro/volumes/0+1000");
    }
}

}  // namespace
}  // namespace assay::agent
