#include "agent/state_directory.hpp"

#include "evidence/limits.hpp"
#include "tests/support/files.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

using namespace assay;
using namespace assay::agent;

namespace {

StateDirectory open_state(const std::string& path) {
    auto state = StateDirectory::open(path);
    REQUIRE(state);
    return *std::move(state);
}

}  // namespace

TEST_SUITE("state_directory") {
    TEST_CASE("is made for its owner alone, and what is remembered is recalled") {
        const test::ScratchDirectory scratch;
        const std::string path = (scratch / "a/b/state").string();
        Memory memory;
        memory.device = DeviceId{sha256("device")};
        memory.ak = sha256("ak");
        memory.generation = 1;
        memory.sequence = 9;
        {
            const StateDirectory state = open_state(path);
            CHECK(state.recall().memory == Memory{});
            CHECK(state.recall().problem.empty());
            REQUIRE(state.remember(memory));
        }
        struct stat facts{};
        REQUIRE(::stat(path.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777U) == 0700);
        REQUIRE(::stat((path + "/state.json").c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0777U) == 0600);
        CHECK(open_state(path).recall().memory == memory);
    }

    TEST_CASE("what the log said of firmware is recalled, and what is none is as if there were none") {
        const test::ScratchDirectory scratch;
        const std::string path = (scratch / "state").string();
        const StateDirectory state = open_state(path);
        CHECK(state.recall_firmware() == FirmwareMemory{});
        const FirmwareMemory memory{"boot-1", {0, 9, false, {{"a.fw", true, sha256("a")}}}};
        REQUIRE(state.remember_firmware(memory));
        CHECK(StateDirectory::held_by_parent(path).recall_firmware() == memory);
        std::ofstream(path + "/firmware.json") << "{}";
        CHECK(state.recall_firmware() == FirmwareMemory{});
    }

    TEST_CASE("two agents do not share it") {
        const test::ScratchDirectory scratch;
        const std::string path = (scratch / "state").string();
        const StateDirectory state = open_state(path);
        CHECK(StateDirectory::open(path).error().code == Errc::conflict);
    }

    TEST_CASE("one that others may write to is refused") {
        const test::ScratchDirectory scratch;
        const std::string path = (scratch / "state").string();
        REQUIRE(::mkdir(path.c_str(), 0700) == 0);
        REQUIRE(::chmod(path.c_str(), 0777) == 0);
        CHECK(StateDirectory::open(path).error().code == Errc::denied);
        CHECK(StateDirectory::open("/proc/nothing/state").error().where == "/proc/nothing/state");
        std::ofstream(path + ".file") << "x";
        CHECK_FALSE(StateDirectory::open(path + ".file"));
    }

    TEST_CASE("what is spoilt, too long or another kind of file is said, and the memory is empty") {
        const test::ScratchDirectory scratch;
        const std::string path = (scratch / "state").string();
        const StateDirectory state = open_state(path);
        const std::string file = path + "/state.json";
        for (const std::string& content : {std::string("x"), std::string(), std::string(max_memory_bytes + 1, ' ')}) {
            std::ofstream(file) << content;
            CHECK_FALSE(state.recall().problem.empty());
            CHECK(state.recall().memory == Memory{});
        }
        std::filesystem::remove(file);
        std::filesystem::create_directory(file);
        CHECK_FALSE(state.recall().problem.empty());
    }

    TEST_CASE("documents are kept by their hash, and only while they are the last") {
        const test::ScratchDirectory scratch;
        const std::string path = (scratch / "state").string();
        const StateDirectory state = open_state(path);
        const std::string first = "first";
        const std::string second = "second";
        REQUIRE(state.keep_document(sha256(first), first));
        REQUIRE(state.keep_document(sha256(second), second));
        CHECK(state.document(sha256(first)).value() == first);
        CHECK(state.document(sha256("third")).error().code == Errc::not_found);
        state.forget_documents_but({sha256(second)});
        CHECK(state.document(sha256(first)).error().code == Errc::not_found);
        CHECK(state.document(sha256(second)).value() == second);
        std::ofstream(path + "/document-" + to_hex(sha256(second))) << "seconD";
        CHECK(state.document(sha256(second)).error().code == Errc::mismatch);
        REQUIRE(state.keep_document(sha256(second), second));
        CHECK(state.document(sha256(second)).value() == second);
        REQUIRE(state.remember(Memory{}));
        state.forget_documents_but({});
        CHECK(state.recall().problem.empty());
    }
}
