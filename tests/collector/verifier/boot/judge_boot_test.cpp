#include "collector/verifier/boot/judge_boot.hpp"

#include "evidence/limits.hpp"
#include "tests/collector/verifier/boot/boot_scene.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using namespace assay::test;

namespace {

Date day(std::string_view text) {
    return Date::parse(text).value();
}

}  // namespace

TEST_SUITE("judge_boot") {
    TEST_CASE("a boot that holds what was accepted is affirmed, by whom it was accepted") {
        const BootScene scene;
        const BootReference reference = scene.reference();
        const BootJudgement judged = scene.judge({reference});
        CHECK(judged.verdict == Verdict::affirming);
        CHECK(judged.reason == Reason::boot_accepted);
        CHECK(judged.reference == sha256(encode_boot_reference(reference)));
        CHECK(judged.differences.empty());
        CHECK_FALSE(judged.until);
        CHECK(judged.whole);
    }

    TEST_CASE("without Reference Values of this firmware nothing is affirmed and nothing has failed") {
        const BootScene scene;
        CHECK(scene.judge({}).verdict == Verdict::none);
        CHECK(scene.judge({}).reason == Reason::boot_reference_unknown);
        BootReference other = scene.reference();
        other.firmware.model = "R8";
        CHECK(scene.judge({other}).verdict == Verdict::none);
        CHECK(scene.judge({other}).differences.empty());
    }

    TEST_CASE("another version of the same firmware is not enough, and its difference is shown") {
        BootScene scene;
        BootReference older = scene.reference();
        older.firmware.version = "1.1";
        scene.put(0, {measured("new first of 0"), measured("separator"), measured("last of 0")});
        const BootJudgement judged = scene.judge({older});
        CHECK(judged.verdict == Verdict::none);
        CHECK(judged.reason == Reason::boot_reference_unknown);
        REQUIRE(judged.differences.size() == 2);
        CHECK(judged.differences[0].what == "first of 0");
        CHECK(judged.differences[0].expected);
        CHECK(judged.differences[1].what == "new first of 0");
        CHECK_FALSE(judged.whole);
    }

    TEST_CASE("one changed event of any accepted PCR is named, and the boot is contraindicated") {
        for (const unsigned index : {0U, 2U, 4U, 7U, 8U, 9U}) {
            CAPTURE(index);
            BootScene scene;
            const BootReference reference = scene.reference();
            const std::string name = std::to_string(index);
            scene.put(index, {measured("first of " + name), measured("separator"), measured("somebody's")});
            const BootJudgement judged = scene.judge({reference});
            CHECK(judged.verdict == Verdict::contraindicated);
            CHECK(judged.reason == Reason::boot_reference_mismatch);
            CHECK(judged.detail.starts_with("PCR " + name + " "));
            REQUIRE(judged.differences.size() == 2);
            CHECK(
                judged.differences[0] ==
                EventDifference{pcr(index), true, measured("last of " + name).digest, "last of " + name}
            );
            CHECK(
                judged.differences[1] == EventDifference{pcr(index), false, measured("somebody's").digest, "somebody's"}
            );
            CHECK_FALSE(judged.whole);
        }
    }

    TEST_CASE("the same events in another order, one more or one less are not what was accepted") {
        const BootReference reference = BootScene().reference();
        BootScene turned;
        turned.put(4, {measured("separator"), measured("first of 4"), measured("last of 4")});
        CHECK(turned.judge({reference}).verdict == Verdict::contraindicated);
        BootScene more;
        more.put(4, {measured("first of 4"), measured("separator"), measured("last of 4"), measured("last of 4")});
        CHECK(more.judge({reference}).verdict == Verdict::contraindicated);
        BootScene less;
        less.put(4, {measured("first of 4"), measured("separator")});
        CHECK(less.judge({reference}).verdict == Verdict::contraindicated);
    }

    TEST_CASE("an accepted PCR that was not quoted is not accepted") {
        BootScene scene;
        const BootReference reference = scene.reference();
        scene.boot.quoted.erase(pcr(7));
        scene.boot.events.erase(pcr(7));
        CHECK(scene.judge({reference}).verdict == Verdict::contraindicated);
    }

    TEST_CASE("Reference Values of another bank say nothing") {
        const BootScene scene(HashAlg::sha384);
        CHECK(scene.judge({scene.reference()}).verdict == Verdict::affirming);
        BootScene other;
        CHECK(other.judge({scene.reference()}).verdict == Verdict::none);
    }

    TEST_CASE("what an event is called decides nothing") {
        BootScene scene;
        const BootReference reference = scene.reference();
        for (auto& [index, events] : scene.boot.events) {
            std::vector<MeasuredEvent> renamed = *events;
            for (MeasuredEvent& event : renamed) event.what = "something else";
            events = std::make_shared<const std::vector<MeasuredEvent>>(std::move(renamed));
        }
        CHECK(scene.judge({reference}).verdict == Verdict::affirming);
    }

    TEST_CASE("during an update window both values are accepted, and after its last day the old one is not") {
        const BootScene old_boot;
        BootScene new_boot;
        new_boot.put(4, {measured("first of 4"), measured("separator"), measured("new loader")});
        const BootReference both =
            merge_reference(old_boot.reference(), new_boot.reference(), day("2026-11-30")).value();
        CHECK(new_boot.judge({both}).verdict == Verdict::affirming);
        CHECK_FALSE(new_boot.judge({both}).until);
        const BootJudgement last_day = old_boot.judge({both});
        CHECK(last_day.verdict == Verdict::affirming);
        CHECK(last_day.until == day("2026-11-30"));
        BootScene tomorrow;
        tomorrow.today = day("2026-12-01");
        CHECK(tomorrow.judge({both}).verdict == Verdict::contraindicated);
        CHECK(tomorrow.judge({both}).reason == Reason::boot_reference_ended);
    }

    TEST_CASE("by the rule events a PCR may hold known events in any order, and no unknown one") {
        BootScene scene;
        BootReference reference = scene.reference();
        reference.left_out.erase(pcr(5));
        reference.accepted[pcr(5)] = {
            PcrRule::events, {{scene.boot.quoted.at(pcr(5)), *scene.boot.events.at(pcr(5)), {}}}
        };
        scene.put(5, {measured("last of 5"), measured("separator")});
        CHECK(scene.judge({reference}).verdict == Verdict::affirming);
        scene.put(5, {measured("last of 5"), measured("another disk")});
        const BootJudgement judged = scene.judge({reference});
        CHECK(judged.verdict == Verdict::contraindicated);
        REQUIRE(judged.differences.size() == 1);
        CHECK(judged.differences[0].what == "another disk");
        scene.boot.events.erase(pcr(5));  // the log does not speak of it
        CHECK(scene.judge({reference}).verdict == Verdict::contraindicated);
    }

    TEST_CASE("known events of a window that is over are told from unknown ones") {
        BootScene scene;
        BootReference reference = scene.reference();
        reference.left_out.erase(pcr(5));
        const std::vector<MeasuredEvent>& events = *scene.boot.events.at(pcr(5));
        reference.accepted[pcr(5)] = {PcrRule::events, {{scene.boot.quoted.at(pcr(5)), events, day("2026-11-30")}}};
        CHECK(scene.judge({reference}).until == day("2026-11-30"));
        scene.today = day("2026-12-01");
        CHECK(scene.judge({reference}).reason == Reason::boot_reference_ended);
    }

    TEST_CASE("a PCR that is left out decides nothing, and a boot without all that executes is not whole") {
        for (const unsigned index : {0U, 2U, 4U, 7U, 8U, 9U, 12U}) {
            CAPTURE(index);
            BootScene scene;
            BootReference reference = scene.reference();
            reference.accepted.erase(pcr(index));
            reference.left_out.emplace(pcr(index), "a person's choice");
            scene.put(index, {measured("anything")});
            const BootJudgement judged = scene.judge({reference});
            CHECK(judged.verdict == Verdict::affirming);
            CHECK_FALSE(judged.whole);
        }
        // What learning leaves out by itself, too: extensions of the initial file system are code.
        BootScene extended;
        extended.put(13, {measured("an extension")});
        CHECK(extended.judge({extended.reference()}).verdict == Verdict::affirming);
        CHECK_FALSE(extended.judge({extended.reference()}).whole);
        BootReference with_it = extended.reference();
        with_it.left_out.erase(pcr(13));
        with_it.accepted[pcr(13)] = {PcrRule::value, {{extended.boot.quoted.at(pcr(13)), {}, {}}}};
        CHECK(extended.judge({with_it}).whole);
        BootScene unquoted;
        BootReference reference = unquoted.reference();
        reference.accepted.erase(pcr(12));
        unquoted.boot.quoted.erase(pcr(12));
        CHECK_FALSE(unquoted.judge({reference}).whole);
    }

    TEST_CASE("of several Reference Values one that fits is enough, and else the nearest is told") {
        BootScene scene;
        const BootReference right = scene.reference();
        scene.put(4, {measured("other loader")});
        BootReference near = scene.reference();
        near.name = "near";
        scene.put(7, {measured("other keys")});
        BootReference far = scene.reference();
        far.name = "far";
        const BootScene device;
        CHECK(device.judge({far, right, near}).verdict == Verdict::affirming);
        const BootJudgement judged = device.judge({far, near});
        CHECK(judged.verdict == Verdict::contraindicated);
        CHECK(judged.detail == "PCR 4 against \"near\"");
        // Half of one and half of the other is neither.
        BootScene mixed;
        mixed.put(7, {measured("other keys")});
        CHECK(mixed.judge({near, far}).verdict == Verdict::contraindicated);
    }

    TEST_CASE("not more differences are told than a person reads") {
        BootScene scene;
        const BootReference reference = scene.reference();
        std::vector<MeasuredEvent> many;
        for (std::size_t i = 0; i < limits::boot_differences; ++i)
            many.push_back(measured("event " + std::to_string(i)));
        scene.put(4, many);
        CHECK(scene.judge({reference}).differences.size() == limits::boot_differences);
    }
}
