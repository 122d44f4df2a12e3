// What the rooted view reads, and what it refuses: links out of the tree, things that are no files, too much.

#include "agent/root/view.hpp"

#include "agent/kernel/kernel.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace assay::agent {
namespace {

using test::ScratchTree;

View replayed(const ScratchTree& tree) {
    auto view = View::replay(tree.path());
    REQUIRE(view.has_value());
    return *view;
}

Errc refusal(const Result<std::string>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

TEST_SUITE("view") {
    TEST_CASE("a file is read whole, and one byte over the limit is refused, not cut") {
        const ScratchTree tree;
        tree.file("sys/a", "12345678");
        const View view = replayed(tree);
        CHECK(view.read("sys/a", 8).value() == "12345678");
        CHECK(refusal(view.read("sys/a", 7)) == Errc::limit_exceeded);
    }

    TEST_CASE("of a file's beginning as many bytes are given as are asked for, or as there are") {
        const ScratchTree tree;
        tree.file("sys/a", "12345678");
        tree.file("sys/secret", "12345678");
        tree.file("kernel/unreadable", "denied sys/secret\n");
        const View view = replayed(tree);
        CHECK(view.read_beginning("sys/a", 3).value() == "123");
        CHECK(view.read_beginning("sys/a", 8).value() == "12345678");
        CHECK(view.read_beginning("sys/a", 100'000).value() == "12345678");
        CHECK(view.read_beginning("sys/a", 0).value().empty());
        CHECK(refusal(view.read_beginning("sys/none", 3)) == Errc::not_found);
        CHECK(refusal(view.read_beginning("sys/secret", 3)) == Errc::denied);
    }

    TEST_CASE("a file that streams by is given from any place on, until its end or until that is enough") {
        const ScratchTree tree;
        std::string large;
        for (int i = 0; large.size() < 100'000; ++i) large += std::to_string(i);
        tree.file("sys/a", large);
        const View view = replayed(tree);
        std::string got;
        const auto take = [&got](std::string_view piece) {
            got += piece;
            return true;
        };
        CHECK(view.stream("sys/a", 0, large.size(), take).value() == large.size());
        CHECK(got == large);
        got.clear();
        CHECK(view.stream("sys/a", 70'000, large.size(), take).value() == large.size() - 70'000);
        CHECK(got == large.substr(70'000));
        CHECK(view.stream("sys/a", large.size() + 5, 10, take).value() == 0);
        std::size_t pieces = 0;
        const auto one = view.stream("sys/a", 0, large.size(), [&pieces](std::string_view) { return ++pieces == 2; });
        CHECK(pieces == 1);
        CHECK(one.value() < large.size());
        CHECK(view.stream("sys/a", 0, large.size() - 1, take).error().code == Errc::limit_exceeded);
        CHECK(view.stream("sys/none", 0, 8, take).error().code == Errc::not_found);
        tree.file("kernel/unreadable", "denied sys/a\n");
        CHECK(replayed(tree).stream("sys/a", 0, 8, take).error().code == Errc::denied);
    }

    TEST_CASE("a stream ends when its view is stopped") {
        const ScratchTree tree;
        tree.file("sys/a", std::string(100'000, 'x'));
        std::stop_source stop;
        const View view = replayed(tree).stopping(stop.get_token());
        std::size_t pieces = 0;
        const auto ended = view.stream("sys/a", 0, 100'000, [&pieces, &stop](std::string_view) {
            ++pieces;
            return stop.request_stop();
        });
        CHECK(ended.error().code == Errc::timed_out);
        CHECK(pieces == 1);
    }

    TEST_CASE("a tree that stands for this machine is no captured one") {
        const ScratchTree tree;
        tree.file("sys/a", "1");
        const auto view = View::stand_in(tree.path());
        REQUIRE(view);
        CHECK_FALSE(view->replayed());
        CHECK(view->read("sys/a", 8).value() == "1");
    }

    TEST_CASE("a view of the measurements alone shows the same of them as the whole one") {
        const auto whole = View::live();
        REQUIRE(whole);
        const auto view = View::measurements();
        const bool there = std::filesystem::exists("/sys/kernel/security/lsm");
        REQUIRE(view.has_value() == there);  // else securityfs is not mounted here
        if (!there) return;
        CHECK_FALSE(view->replayed());
        CHECK(view->list("sys/kernel/security").value() == whole->list("sys/kernel/security").value());
        const auto modules = [](const View& one) { return one.read("sys/kernel/security/lsm", 4096).value(); };
        CHECK(modules(*view) == modules(*whole));
    }

    TEST_CASE("an absent file, an empty file and a file that could not be read are three answers") {
        const ScratchTree tree;
        tree.file("sys/empty", "");
        tree.file("sys/secret", "");
        tree.file("kernel/unreadable", "denied sys/secret\nerror sys/broken\ntimed_out sys/slow\n");
        const View view = replayed(tree);
        CHECK(view.read("sys/empty", 8).value().empty());
        CHECK(refusal(view.read("sys/none", 8)) == Errc::not_found);
        CHECK(refusal(view.read("sys/secret", 8)) == Errc::denied);
        CHECK(refusal(view.read("sys/broken", 8)) == Errc::io_error);
        CHECK(refusal(view.read("sys/slow", 8)) == Errc::timed_out);
    }

    TEST_CASE("a list of unreadable files that is not one is refused as a whole") {
        const ScratchTree tree;
        tree.file("kernel/unreadable", "perhaps sys/secret\n");
        CHECK_FALSE(View::replay(tree.path()).has_value());
    }

    TEST_CASE("no link leads out of the tree, neither absolute, nor by parents, nor through a directory") {
        const ScratchTree outside;
        outside.file("secret", "of this machine");
        const ScratchTree tree;
        tree.directory("sys");
        tree.link("sys/absolute", outside.path("secret"));
        tree.link("sys/parents", "../../../../../../../../../.." + outside.path("secret"));
        tree.link("sys/through", outside.path());
        tree.link("sys/self", "/proc/self/status");
        const View view = replayed(tree);
        for (const char* path : {"sys/absolute", "sys/parents", "sys/through/secret", "sys/self"}) {
            CAPTURE(path);
            CHECK(refusal(view.read(path, 4096)) == Errc::not_found);
        }
        CHECK(refusal(view.read("../../../../../../../.." + outside.path("secret"), 4096)) == Errc::not_found);
        CHECK_FALSE(view.list("sys/through").has_value());
        CHECK_FALSE(view.is_directory("sys/through"));
    }

    TEST_CASE("an absolute link means a place in the tree, as in a chroot") {
        const ScratchTree tree;
        tree.file("sys/devices/a/vendor", "inside");
        tree.link("sys/bus/a", "/sys/devices/a");
        const View view = replayed(tree);
        CHECK(view.read("sys/bus/a/vendor", 64).value() == "inside");
        CHECK(view.link("sys/bus/a").value() == "sys/devices/a");
    }

    TEST_CASE("a link is told by its text, and never points above the top") {
        const ScratchTree tree;
        tree.directory("sys/devices/a");
        tree.link("sys/bus/a", "../devices/a");
        tree.link("sys/bus/above", "../../../../devices/a");
        tree.file("sys/bus/file", "");
        const View view = replayed(tree);
        CHECK(view.link("sys/bus/a").value() == "sys/devices/a");
        CHECK(view.link("sys/bus/above").value() == "devices/a");
        CHECK(refusal(view.link("sys/bus/file")) == Errc::wrong_type);
        CHECK(refusal(view.link("sys/bus/none")) == Errc::not_found);
    }

    TEST_CASE("a loop of links ends") {
        const ScratchTree tree;
        tree.link("sys/a", "b");
        tree.link("sys/b", "a");
        CHECK(refusal(replayed(tree).read("sys/a", 64)) == Errc::bad_value);
    }

    TEST_CASE("a pipe, a directory and a device node are not read, and the pipe does not hang") {
        const ScratchTree tree;
        tree.directory("sys/directory");
        REQUIRE(::mkfifo(tree.path("sys/pipe").c_str(), 0600) == 0);
        const View view = replayed(tree);
        CHECK(refusal(view.read("sys/pipe", 64)) == Errc::wrong_type);
        CHECK(refusal(view.read("sys/directory", 64)) == Errc::wrong_type);
        if (::mknod(tree.path("sys/zero").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0) {
            CHECK(refusal(view.read("sys/zero", 64)) == Errc::wrong_type);
        }
    }

    TEST_CASE("a directory is listed sorted and bounded") {
        const ScratchTree tree;
        for (const char* name : {"b", "a", "c"}) tree.file(std::string("sys/d/") + name, "");
        const View view = replayed(tree);
        CHECK(view.list("sys/d").value() == std::vector<std::string>{"a", "b", "c"});
        CHECK(view.list("sys/d", 3).has_value());
        const auto over = view.list("sys/d", 2);
        REQUIRE_FALSE(over.has_value());
        CHECK(over.error().code == Errc::limit_exceeded);
    }

    TEST_CASE("a stopped view reads nothing more") {
        const ScratchTree tree;
        tree.file("sys/a", "1");
        std::stop_source stop;
        const View view = replayed(tree).stopping(stop.get_token());
        CHECK(view.read("sys/a", 8).has_value());
        stop.request_stop();
        CHECK(refusal(view.read("sys/a", 8)) == Errc::timed_out);
        CHECK(refusal(view.read_beginning("sys/a", 8)) == Errc::timed_out);
        CHECK_FALSE(view.list("sys").has_value());
    }

    TEST_CASE("this machine's view reads sysfs and procfs, and no magic link") {
        const auto view = View::live();
        REQUIRE(view.has_value());
        CHECK_FALSE(view->replayed());
        CHECK(view->list("sys/class").has_value());
        CHECK(view->read("proc/cpuinfo", 8U << 20U).has_value());
        CHECK_FALSE(view->read("proc/self/exe", 64).has_value());
    }
}

}  // namespace
}  // namespace assay::agent
