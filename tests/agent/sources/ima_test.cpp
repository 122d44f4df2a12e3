#include "agent/sources/ima.hpp"

#include "evidence/limits.hpp"
#include "tests/agent/support/ima_tree.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;
using test::ImaTree;

namespace {

Found read(const ImaTree& machine, const std::optional<ImaPlace>& from = std::nullopt) {
    return read_ima(test::stand_in(machine.tree), from);
}

// What a reading from `from` on gives, which must succeed.
ImaReading span_of(const ImaTree& machine, const std::optional<ImaPlace>& from, std::string_view bytes) {
    const Found found = read(machine, from);
    CAPTURE(found.report.detail);
    REQUIRE(found.report.state == SourceState::ok);
    REQUIRE(found.ima);
    CHECK(as_text(found.ima_entries) == bytes);
    return *found.ima;
}

void unreadable(const ImaTree& machine, const std::string& lines) {
    machine.tree.file("kernel/unreadable", lines);
}

}  // namespace

TEST_SUITE("ima") {
    TEST_CASE("the first reading has the whole list, the next what it grew by, and then nothing") {
        ImaTree machine;
        machine.measure_many(3);
        const std::string three = machine.list;
        const ImaReading first = span_of(machine, {}, three);
        CHECK(first == ImaReading{{test::boot_id, 0, 3}, three.size()});
        machine.measure("/usr/bin/new");
        const ImaReading second = span_of(machine, first.behind(), machine.list.substr(three.size()));
        CHECK(second == ImaReading{{test::boot_id, 3, 1}, machine.list.size()});
        // Where nothing was added the list itself is not read.
        unreadable(machine, "error " + std::string(test::ima_list_file) + "\n");
        CHECK(span_of(machine, second.behind(), "") == ImaReading{{test::boot_id, 4, 0}, machine.list.size()});
    }

    TEST_CASE("an entry whose place in bytes is not known is counted to") {
        ImaTree machine;
        machine.measure_many(5);
        const std::size_t three = machine.list.find(test::ima_line("/usr/bin/3"));
        const ImaReading found = span_of(machine, ImaPlace{test::boot_id, 3, 0}, machine.list.substr(three));
        CHECK(found == ImaReading{{test::boot_id, 3, 2}, machine.list.size()});
        CHECK(
            span_of(machine, ImaPlace{test::boot_id, 5, 0}, "") ==
            ImaReading{{test::boot_id, 5, 0}, machine.list.size()}
        );
    }

    TEST_CASE("another boot, a shorter list and a place that is none begin at the first entry") {
        ImaTree machine;
        machine.measure_many(4);
        const ImaReading whole{{test::boot_id, 0, 4}, machine.list.size()};
        const std::uint64_t two = machine.list.find(test::ima_line("/usr/bin/2"));
        CHECK(span_of(machine, ImaPlace{test::boot_id, 2, two}, machine.list.substr(two)).span.first == 2);
        CHECK(span_of(machine, ImaPlace{"another boot", 2, two}, machine.list) == whole);
        CHECK(span_of(machine, ImaPlace{test::boot_id, 9, 900}, machine.list) == whole);
        CHECK(span_of(machine, ImaPlace{test::boot_id, 2, 77}, machine.list) == whole);
        CHECK(span_of(machine, ImaPlace{test::boot_id, 2, 1U << 20U}, machine.list) == whole);
        CHECK(
            span_of(machine, ImaPlace{test::boot_id, 2, test::ima_line("/usr/bin/0").size()}, machine.list)
                .span.first == 0
        );
    }

    TEST_CASE("a list beyond one document comes in whole parts, the last of which says that it is") {
        ImaTree machine;
        machine.measure_many(2 * ima_segment_bytes / test::ima_line("/usr/bin/0").size() + 10);
        std::string joined;
        std::optional<ImaPlace> from;
        for (int parts = 1;; ++parts) {
            const Found found = read(machine, from);
            REQUIRE(found.ima);
            CHECK(found.ima_entries.size() <= ima_segment_bytes);
            CHECK(found.ima->span.first == (from ? from->entries : 0));
            joined += as_text(found.ima_entries);
            from = found.ima->behind();
            if (found.ima->span.more) continue;
            CHECK(parts == 3);
            break;
        }
        CHECK(joined == machine.list);
        CHECK(from->entries == machine.count);
    }

    TEST_CASE("no list, one that may not be read, one that is none and securityfs without a mount are told apart") {
        const auto state = [](const ImaTree& machine) { return read(machine).report.state; };
        ImaTree machine;
        machine.measure("/init");
        for (const char* file : {test::ima_list_file, test::ima_count_file, test::boot_id_file}) {
            CAPTURE(file);
            unreadable(machine, "denied " + std::string(file) + "\n");
            const Found found = read(machine);
            CHECK(found.report.state == SourceState::denied);
            CHECK(found.report.detail.find(file) != std::string::npos);
            CHECK_FALSE(found.ima);
        }
        unreadable(machine, "");
        machine.list.pop_back();
        machine.write();
        CHECK(state(machine) == SourceState::error);
        CHECK(read(machine).report.detail.find("ends within an entry") != std::string::npos);
        machine.list = std::string(100, '\xff');
        machine.write();
        CHECK(state(machine) == SourceState::error);
        machine.list.clear();
        machine.write();
        machine.tree.file(test::ima_count_file, "many\n");
        CHECK(state(machine) == SourceState::error);
        machine.tree.remove("sys/kernel/security/ima");
        CHECK(state(machine) == SourceState::absent);
        machine.tree.remove("sys/kernel/security/lsm");
        CHECK(state(machine) == SourceState::error);
        CHECK(read(machine).report.detail.find("not mounted") != std::string::npos);
        machine.tree.remove("sys/kernel/security");
        CHECK(state(machine) == SourceState::absent);
    }

    TEST_CASE("what a report says of its reading does not change as the list grows") {
        ImaTree machine;
        machine.measure("/init");
        const SourceReport before = read(machine).report;
        machine.measure("/usr/bin/new");
        CHECK(read(machine).report == before);
        CHECK(before.detail.empty());
    }

    TEST_CASE("an entry beyond its limit is an error, and the list before it no segment") {
        ImaTree machine;
        machine.measure("/init");
        machine.list += to_text(test::ima_bytes(test::ima_entry("ima-buf", Bytes(limits::ima_entry_bytes + 1))));
        ++machine.count;
        machine.write();
        CHECK(read(machine).report.state == SourceState::error);
        CHECK_FALSE(read(machine).ima);
    }

    TEST_CASE("a reading that is stopped is timed out") {
        ImaTree machine;
        machine.measure("/init");
        std::stop_source stop;
        stop.request_stop();
        CHECK(
            read_ima(test::stand_in(machine.tree).stopping(stop.get_token()), {}).report.state == SourceState::timed_out
        );
    }

    TEST_CASE("the tail is what was measured since, up to the count, and none where it is too long") {
        ImaTree machine;
        machine.measure("/init");
        const ImaPlace from = read(machine).ima->behind();
        const auto tail = [&machine, &from] { return read_ima_tail(test::stand_in(machine.tree), from).value(); };
        CHECK(tail().value().empty());
        machine.measure("/usr/bin/a");
        CHECK(as_text(tail().value()) == test::ima_line("/usr/bin/a"));
        // An entry that was added after the count was read is of no use any more.
        machine.list += test::ima_line("/usr/bin/b");
        machine.tree.file(test::ima_list_file, machine.list);
        CHECK(as_text(tail().value()) == test::ima_line("/usr/bin/a"));
        ++machine.count;
        const std::size_t entry = test::ima_line("/usr/bin/0").size();
        while (machine.list.size() - from.bytes + 2 * entry < limits::ima_tail_bytes) machine.measure_many(1);
        CHECK(tail());
        machine.measure_many(10);
        CHECK_FALSE(tail());
        machine.boot("another boot");
        CHECK_FALSE(tail());
        CHECK(read_ima_tail(test::stand_in(test::ScratchTree()), from).error().code == Errc::not_found);
    }
}
