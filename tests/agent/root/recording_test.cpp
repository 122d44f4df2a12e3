// What a recording notes of a View and its Kernel, one question at a time; whole scans are capture_test's.

#include "agent/root/recording.hpp"

#include "agent/capture/capture_files.hpp"
#include "agent/kernel/kernel.hpp"
#include "agent/kernel/recording_kernel.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

namespace assay::agent {
namespace {

using test::ScratchTree;
using Kind = RecordedTree::Kind;

// A tree whose reads are recorded, and what a replay of the recording says.
struct Recorded {
    ScratchTree tree;
    ScratchTree out;

    template <class Ask>
    View replay_after(Ask ask, Recording::Excerpt excerpt = {}) {
        const auto recording = std::make_shared<Recording>(test::replayed(tree), std::move(excerpt));
        ask(test::replayed(tree).recorded(recording));
        auto taken = recording->take();
        REQUIRE(taken.has_value());
        std::filesystem::remove_all(out.path("tree"));
        REQUIRE(write_directory(out.path("tree"), capture_files(*std::move(taken), "test")).has_value());
        auto view = View::replay(out.path("tree"));
        REQUIRE(view.has_value());
        return *view;
    }
};

// Answers what it was made with.
class MadeUpKernel : public Kernel {
  public:
    DriverInfo info;
    std::vector<UsbDescriptor> usb;
    Bytes module_bytes = Bytes(module_page_bytes, 0xa5);
    std::vector<DevlinkInfo> devlink{{"pci", "0000:03:00.0", "ice", "S", "", {{"running", "fw.mgmt", "1"}}}};
    FirmwareLog log{7, 900, true, {{"a.fw", true, sha256("a")}, {"b.fw", false, {}}}};
    Result<DriverInfo> driver_info(const std::string&) const override { return info; }
    Result<MacAddress> permanent_address(const std::string& interface) const override {
        return fail(Errc::unsupported, interface, "no");
    }
    Result<std::vector<UsbDescriptor>> usb_devices() const override { return usb; }
    Result<std::string> option_rom(const std::string& path, std::size_t) const override {
        if (path.ends_with("none/rom")) return fail(Errc::not_found, path, "there is no ROM behind it");
        if (path.ends_with("denied/rom")) return fail(Errc::denied, path, "permission denied");
        return std::string("the ROM of ") + path;
    }
    Result<Bytes> module_page(const std::string& interface, ModulePage page) const override {
        if (page.upper) return fail(Errc::gone, interface, "no");
        return module_bytes;
    }
    Result<std::vector<DevlinkInfo>> devlink_info() const override { return devlink; }
    Result<FirmwareLog> firmware_log() const override { return log; }
};

TEST_SUITE("recording") {
    TEST_CASE_FIXTURE(Recorded, "a file that was read through links is found through the same links") {
        tree.file("usr/lib/firmware/real.bin", "bytes");
        tree.link("lib", "usr/lib");
        tree.link("usr/lib/firmware/alias.bin", "/usr/lib/firmware/real.bin");
        const View view = replay_after([](const View& live) { (void)live.read("lib/firmware/alias.bin", 100); });
        CHECK(view.read("lib/firmware/alias.bin", 100).value() == "bytes");
        CHECK(view.read("usr/lib/firmware/real.bin", 100).value() == "bytes");
        CHECK(view.link_text("lib").value() == "usr/lib");
    }

    TEST_CASE_FIXTURE(
        Recorded, "a directory has the names it had, of the types they were, and no bytes that were not read"
    ) {
        tree.file("sys/class/net/bonding_masters", "secret");
        tree.directory("sys/class/net/dir");
        tree.link("sys/class/net/eth0", "../../devices/eth0");
        const View view = replay_after([](const View& live) { (void)live.list("sys/class/net"); });
        CHECK(view.list("sys/class/net").value() == std::vector<std::string>{"bonding_masters", "dir", "eth0"});
        CHECK(view.link_text("sys/class/net/eth0").value() == "../../devices/eth0");
        CHECK(view.is_directory("sys/class/net/dir"));
        CHECK(view.link("sys/class/net/bonding_masters").error().code == Errc::wrong_type);
        const auto unread = view.read("sys/class/net/bonding_masters", 100);
        REQUIRE_FALSE(unread.has_value());
        CHECK(unread.error().code == Errc::io_error);
        CHECK(unread.error().what == "was not read where the tree was captured");
    }

    TEST_CASE_FIXTURE(
        Recorded, "of a file that was only hashed there is the hash, and its bytes are not said to be none"
    ) {
        tree.file("lib/firmware/a.bin", std::string(1000, 'a'));
        FileDigest live_digest;
        const View view = replay_after([&live_digest](const View& live) {
            live_digest = live.digest("lib/firmware//a.bin", 5000).value();
            (void)live.list("lib/firmware");
        });
        CHECK(view.digest("lib/firmware/a.bin", 5000).value() == live_digest);
        CHECK(view.digest("lib/firmware//a.bin", 1000).value() == live_digest);
        CHECK(view.digest("lib/firmware/a.bin", 999).error().code == Errc::limit_exceeded);
        CHECK(view.read("lib/firmware/a.bin", 5000).error().code == Errc::io_error);
        CHECK(view.digest("lib/firmware/b.bin", 5000).error().code == Errc::not_found);
    }

    TEST_CASE_FIXTURE(Recorded, "a file of which an excerpt was kept gives that, and the digest of the whole") {
        tree.file("lib/modules/x.ko", "head, and code that nobody reads");
        const auto excerpt = [](std::string_view, const std::string& bytes) { return bytes.substr(0, 4); };
        const auto pieces = [](const View& view, std::uint64_t most) {
            std::string bytes;
            const auto digest =
                view.digest_pieces("lib/modules/x.ko", most, [&bytes](std::string_view piece) { bytes += piece; });
            return std::pair(digest, bytes);
        };
        const View view = replay_after([&pieces](const View& live) { (void)pieces(live, 5000); }, excerpt);
        CHECK(pieces(view, 5000).second == "head");
        CHECK(pieces(view, 5000).first.value().sha256 == sha256("head, and code that nobody reads"));
        CHECK(pieces(view, 5000).first.value().size == 32);
        CHECK(pieces(view, 31).first.error().code == Errc::limit_exceeded);
        CHECK(view.digest("lib/modules/x.ko", 5000).value() == pieces(view, 5000).first.value());
    }

    TEST_CASE_FIXTURE(
        Recorded, "a failure is the same failure; what is not there is not there; a directory is no file"
    ) {
        tree.file("sys/long", std::string(100, 'x'));
        tree.directory("sys/dir/inner");
        const View view = replay_after([](const View& live) {
            (void)live.read("sys/long", 10);
            (void)live.read("sys/none", 10);
            (void)live.read("sys/dir", 10);
            (void)live.link("sys/dir/inner");
            (void)live.is_directory("sys/other");
        });
        CHECK(view.read("sys/long", 10).error().what == "is longer than 10 bytes");
        CHECK(view.read("sys/none", 10).error().code == Errc::not_found);
        CHECK(view.read("sys/dir", 10).error().code == Errc::wrong_type);
        CHECK(view.link("sys/dir/inner").error().code == Errc::wrong_type);
        CHECK_FALSE(view.is_directory("sys/other"));
    }

    TEST_CASE_FIXTURE(Recorded, "a file that was too long once and was read later is in it") {
        tree.file("sys/a", std::string(100, 'x'));
        const View view = replay_after([](const View& live) {
            (void)live.read("sys/a", 10);
            (void)live.read("sys/a", 1000);
            (void)live.read("sys/a", 10);
        });
        CHECK(view.read("sys/a", 1000).value().size() == 100);
        CHECK(view.read("sys/a", 10).error().code == Errc::limit_exceeded);
    }

    TEST_CASE_FIXTURE(Recorded, "links in a circle and out of the top end, and are noted as they stand") {
        tree.link("sys/a", "b");
        tree.link("sys/b", "a");
        tree.link("sys/up", "../../../../etc/passwd");
        const View view = replay_after([](const View& live) {
            CHECK_FALSE(live.read("sys/a", 10).has_value());
            CHECK_FALSE(live.read("sys/up", 10).has_value());
            (void)live.link_text("sys/a");
        });
        CHECK(view.link_text("sys/a").value() == "b");
        CHECK(view.read("sys/a", 10).error().code == Errc::bad_value);
    }

    TEST_CASE_FIXTURE(Recorded, "of a file that streamed by nothing is kept but that it failed") {
        tree.file("sys/list", "bytes");
        tree.file("sys/secret", "");
        tree.file("kernel/unreadable", "denied sys/secret\n");
        const auto all = [](std::string_view) { return true; };
        const View again = replay_after([&all](const View& view) {
            CHECK(view.stream("sys/list", 0, 64, all).value() == 5);
            CHECK_FALSE(view.stream("sys/secret", 0, 64, all));
        });
        CHECK(again.stream("sys/list", 0, 64, all).error().code == Errc::not_found);
        CHECK(again.stream("sys/secret", 0, 64, all).error().code == Errc::denied);
    }

    TEST_CASE("a question that was never answered is told as one that took too long") {
        const ScratchTree tree;
        tree.file("sys/a", "x");
        Recording recording(test::replayed(tree));
        const Recording::Open file(recording, "sys/hangs");
        const Recording::Open answer(recording, "kernel/ethtool/eth0.json", "driver_info");
        {
            const Recording::Open answered(recording, "sys/b");
        }
        const auto taken = recording.take();
        REQUIRE(taken.has_value());
        CHECK(taken->unreadable.size() == 1);
        CHECK(taken->unreadable.at("sys/hangs").code == Errc::timed_out);
        CHECK(
            json::canonical(taken->answers.at("kernel/ethtool/eth0.json")).find("\"timed_out\"") != std::string::npos
        );
        recording.file("sys/late", std::string("too late"));  // of a thread that was left behind
        CHECK_FALSE(recording.take()->entries.contains("sys/late"));
    }

    TEST_CASE("more than a recording holds is an error that says so") {
        const ScratchTree tree;
        tree.file("sys/a", std::string(60, 'x'));
        tree.file("sys/b", std::string(60, 'x'));
        const auto recording = std::make_shared<Recording>(test::replayed(tree), Recording::Excerpt(), 100);
        const View view = test::replayed(tree).recorded(recording);
        CHECK(view.read("sys/a", 100).has_value());
        CHECK(view.read("sys/b", 100).has_value());  // the scan goes on
        const auto taken = recording->take();
        REQUIRE_FALSE(taken.has_value());
        CHECK(taken.error().code == Errc::limit_exceeded);
        CHECK(taken.error().what.find("more than a capture holds") != std::string::npos);
    }

    TEST_CASE("a file that is read again takes no more room than it has") {
        const ScratchTree tree;
        tree.file("sys/a", std::string(60, 'x'));
        const auto recording = std::make_shared<Recording>(test::replayed(tree), Recording::Excerpt(), 100);
        const View view = test::replayed(tree).recorded(recording);
        CHECK(view.read_beginning("sys/a", 10).has_value());
        for (int i = 0; i < 3; ++i) CHECK(view.read("sys/a", 100).has_value());
        CHECK(view.read_beginning("sys/a", 10).has_value());
        const auto taken = recording->take();
        REQUIRE(taken.has_value());
        CHECK(taken->entries.at("sys/a").bytes.size() == 60);
    }

    TEST_CASE("option ROMs that were switched on are plain files of the capture; none behind it is an empty one") {
        const ScratchTree tree;
        for (const char* name : {"some", "none", "denied"}) tree.file(std::string("sys/devices/") + name + "/rom", "");
        const auto live = View::replay(tree.path(), std::make_unique<MadeUpKernel>());
        REQUIRE(live.has_value());
        const auto recording = std::make_shared<Recording>(*live);
        const View recorded = live->recorded(recording);
        for (const char* name : {"some", "none", "denied"}) {
            const std::string rom = std::string("sys/devices/") + name + "/rom";
            CHECK(recorded.link(rom).error().code == Errc::wrong_type);  // how a source asks whether it is there
            CHECK(recorded.kernel().option_rom(rom, 100).has_value() == (std::string(name) == "some"));
        }
        const ScratchTree out;
        REQUIRE(write_directory(out.path("tree"), capture_files(*recording->take(), "test")).has_value());
        const auto again = View::replay(out.path("tree"));
        REQUIRE(again.has_value());
        CHECK(again->read("sys/devices/some/rom", 100).value() == "the ROM of sys/devices/some/rom");
        CHECK(again->read("sys/devices/none/rom", 100).value().empty());
        CHECK(again->read("sys/devices/denied/rom", 100).error().code == Errc::denied);
    }

    TEST_CASE("a kernel's answers replay as they were, a device's odd bytes in the spelling of an inventory") {
        const ScratchTree tree;
        tree.directory("sys");
        auto kernel = std::make_unique<MadeUpKernel>();
        kernel->info = {"i40e", "8.30\x01\xff \"quoted\"", "0000:02:00.0"};
        kernel->usb = {{0x12d1, 0x14dc, 0xef, 1, 7, {4, 2}}, {0x1d6b, 2, 9, 1, 1, {}}};
        const std::vector<UsbDescriptor> expected = kernel->usb;
        const auto live = View::replay(tree.path(), std::move(kernel));
        REQUIRE(live.has_value());
        const auto recording = std::make_shared<Recording>(*live);
        const View recorded = live->recorded(recording);
        CHECK(recorded.kernel().driver_info("eth0").has_value());
        CHECK(recorded.kernel().permanent_address("eth0").error().code == Errc::unsupported);
        CHECK(recorded.kernel().module_page("eth0", {}).has_value());
        CHECK(recorded.kernel().module_page("eth0", {.upper = true}).error().code == Errc::gone);
        CHECK(recorded.kernel().devlink_info().has_value());
        CHECK(recorded.kernel().firmware_log().has_value());
        CHECK(recorded.kernel().usb_devices().value().size() == 2);
        const ScratchTree out;
        REQUIRE(write_directory(out.path("tree"), capture_files(*recording->take(), "test")).has_value());
        const auto again = View::replay(out.path("tree"));
        REQUIRE(again.has_value());
        CHECK(again->kernel().module_page("eth0", {}).value() == Bytes(module_page_bytes, 0xa5));
        CHECK(again->kernel().module_page("eth0", {.upper = true}).error().code == Errc::gone);
        CHECK(again->kernel().module_page("eth0", {.upper = true, .page = 1}).error().code == Errc::unsupported);
        CHECK(again->kernel().devlink_info().value().at(0).versions.at(0).value == "1");
        CHECK(
            again->kernel().firmware_log().value() ==
            FirmwareLog{7, 900, true, {{"a.fw", true, sha256("a")}, {"b.fw", false, {}}}}
        );
        CHECK(again->kernel().driver_info("eth0")->driver == "i40e");
        CHECK(again->kernel().driver_info("eth0")->firmware_version == "8.30\\u{1}\\xff \"quoted\"");
        CHECK(again->kernel().permanent_address("eth0").error().code == Errc::unsupported);
        CHECK(again->kernel().driver_info("eth1").error().code == Errc::not_found);
        const auto usb = again->kernel().usb_devices();
        REQUIRE(usb.has_value());
        REQUIRE(usb->size() == 2);
        CHECK(usb->at(0).ports == expected[0].ports);
        CHECK(usb->at(0).vendor == expected[0].vendor);
        CHECK(usb->at(1).bus == expected[1].bus);
    }

    TEST_CASE("readers on several threads leave one recording") {
        const ScratchTree tree;
        for (int i = 0; i < 50; ++i) tree.file("sys/file" + std::to_string(i), std::to_string(i));
        const auto recording = std::make_shared<Recording>(test::replayed(tree));
        const View view = test::replayed(tree).recorded(recording);
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([view] {
                for (int i = 0; i < 50; ++i) (void)view.read("sys/file" + std::to_string(i), 100);
            });
        }
        threads.clear();
        CHECK(recording->take()->entries.size() == 50);
    }
}

}  // namespace
}  // namespace assay::agent
