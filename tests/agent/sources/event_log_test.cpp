#include "agent/sources/event_log.hpp"

#include "evidence/limits.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

constexpr const char* log = "sys/kernel/security/tpm0/binary_bios_measurements";

}  // namespace

TEST_SUITE("event_log") {
    TEST_CASE("the log is given as it is, and brings no part") {
        const test::ScratchTree tree;
        tree.file(log, std::string("\0\1\2\xff", 4));
        const Found found = read_event_log(test::replayed(tree));
        CHECK(found.report.source == "event_log");
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.event_log == std::string("\0\1\2\xff", 4));
        CHECK(found.components.empty());
    }

    TEST_CASE("a log of its limit is read, and one byte more is an error, not cut") {
        const test::ScratchTree tree;
        tree.file(log, std::string(limits::event_log_bytes, 'x'));
        CHECK(read_event_log(test::replayed(tree)).event_log.size() == limits::event_log_bytes);
        tree.file(log, std::string(limits::event_log_bytes + 1, 'x'));
        const Found found = read_event_log(test::replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.event_log.empty());
    }

    TEST_CASE("no log, an empty one, one that may not be read, and securityfs without a mount are told apart") {
        const test::ScratchTree tree;
        const auto state = [&tree] { return read_event_log(test::replayed(tree)).report.state; };
        CHECK(state() == SourceState::absent);
        tree.directory("sys/kernel/security");
        CHECK(state() == SourceState::error);
        CHECK(read_event_log(test::replayed(tree)).report.detail.find("not mounted") != std::string::npos);
        tree.file("sys/kernel/security/lsm", "capability");
        CHECK(state() == SourceState::absent);
        tree.file(log, "");
        CHECK(state() == SourceState::error);
        tree.file("kernel/unreadable", "denied " + std::string(log) + "\n");
        CHECK(state() == SourceState::denied);
        tree.file("kernel/unreadable", "denied sys/kernel/security\n");
        tree.remove(log);
        CHECK(state() == SourceState::denied);
    }
}
