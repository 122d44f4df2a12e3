#include "collector/verifier/counters.hpp"

#include <doctest/doctest.h>

using namespace assay;
using std::chrono::milliseconds;

namespace {

constexpr UnixMillis accepted{1'800'000'000'000};
constexpr std::uint64_t hour_ms = 3'600'000;
// A TPM that has run for a hundred hours, in its seventh boot.
constexpr ClockInfo before{.clock_ms = 100 * hour_ms, .reset_count = 7, .restart_count = 2, .safe = true};

struct Step {
    const char* what;
    ClockInfo clock;
    CounterChange expected;
    Reason reason;
};

CounterFinding after(milliseconds elapsed, const ClockInfo& clock) {
    const UnixMillis now = accepted + elapsed;
    return compare_counters(LastClock{before, accepted}, clock, now - milliseconds(500), now);
}

}  // namespace

TEST_SUITE("counters") {
    TEST_CASE("the first report has nothing to be compared with") {
        const CounterFinding first = compare_counters(std::nullopt, before, accepted, accepted);
        CHECK(first.change == CounterChange::first);
        CHECK(first.reason == Reason::first_report);
        CHECK_FALSE(first.cold_boot_since_last);
    }

    TEST_CASE("an hour later: what each change of the counters means") {
        const std::uint64_t later = before.clock_ms + hour_ms;
        const Step steps[] = {
            {"the same boot", {later, 7, 2, true}, CounterChange::steady, Reason::quote_accepted},
            {"the same millisecond", before, CounterChange::steady, Reason::quote_accepted},
            {"the same boot, clock not safe yet", {later, 7, 2, false}, CounterChange::steady, Reason::clock_unsafe},
            {"a reset", {later, 8, 0, true}, CounterChange::reboot, Reason::rebooted},
            {"five resets", {later, 12, 0, true}, CounterChange::reboot, Reason::rebooted},
            {"a reset, then a resume", {later, 8, 3, true}, CounterChange::reboot, Reason::rebooted},
            {"a resume", {later, 7, 3, true}, CounterChange::resume, Reason::resumed},
            {"power lost, the clock an hour behind",
             {99 * hour_ms, 8, 0, false},
             CounterChange::clock_unsafe,
             Reason::clock_unsafe},
            {"cleared", {hour_ms / 2, 0, 0, true}, CounterChange::cleared, Reason::tpm_cleared},
            {"cleared, then two resets", {hour_ms, 2, 0, true}, CounterChange::cleared, Reason::tpm_cleared},
            {"cleared, then as many resets as before",
             {hour_ms, 7, 2, true},
             CounterChange::cleared,
             Reason::tpm_cleared},
            {"a snapshot of a day ago", {76 * hour_ms, 6, 0, true}, CounterChange::went_back, Reason::clock_went_back},
            {"a snapshot of the same boot",
             {99 * hour_ms, 7, 2, true},
             CounterChange::went_back,
             Reason::clock_went_back},
            {"fewer resets, a later clock", {later, 6, 9, true}, CounterChange::went_back, Reason::clock_went_back},
            {"fewer restarts, a later clock", {later, 7, 1, true}, CounterChange::went_back, Reason::clock_went_back},
            {"a reset, but a safe clock behind",
             {99 * hour_ms, 8, 0, true},
             CounterChange::went_back,
             Reason::clock_went_back},
            {"power lost, but two hours behind",
             {98 * hour_ms, 8, 0, false},
             CounterChange::went_back,
             Reason::clock_went_back},
        };
        for (const Step& step : steps) {
            CAPTURE(std::string(step.what));
            const CounterFinding found = after(milliseconds(hour_ms), step.clock);
            CHECK(found.change == step.expected);
            CHECK(found.reason == step.reason);
        }
    }

    TEST_CASE("a report overtaken by a later one is superseded only when its challenge is older than that one") {
        const ClockInfo earlier{before.clock_ms - 1'000, 7, 2, true};
        const LastClock last{before, accepted};
        const UnixMillis now = accepted + milliseconds(2'000);
        const auto change = [&](UnixMillis issued) { return compare_counters(last, earlier, issued, now).change; };
        CHECK(change(accepted - milliseconds(1'000)) == CounterChange::superseded);
        CHECK(change(accepted) == CounterChange::superseded);
        CHECK(change(accepted + milliseconds(1)) == CounterChange::went_back);
        // Another boot is not an overtaken report.
        const ClockInfo other_boot{before.clock_ms - 1'000, 6, 2, true};
        CHECK(
            compare_counters(last, other_boot, accepted - milliseconds(1'000), now).change == CounterChange::went_back
        );
    }

    TEST_CASE(
        "limits: the clock may lose 2^22 ms at a power-off, and begin anew within the time since, 25 % and a minute"
    ) {
        constexpr std::uint64_t most_lost = 1U << 22U;
        const auto lost = [](std::uint64_t ms) {
            return after(milliseconds(hour_ms), {before.clock_ms - ms, 8, 0, false}).change;
        };
        CHECK(lost(most_lost) == CounterChange::clock_unsafe);
        CHECK(lost(most_lost + 1) == CounterChange::went_back);
        const std::uint64_t most = hour_ms + hour_ms / 4 + 60'000;
        const auto begun = [](std::uint64_t clock) { return after(milliseconds(hour_ms), {clock, 0, 0, true}).change; };
        CHECK(begun(0) == CounterChange::cleared);
        CHECK(begun(most) == CounterChange::cleared);
        CHECK(begun(most + 1) == CounterChange::went_back);
    }

    TEST_CASE("a cold boot is a higher resetCount, also after an unclean power-off, and never a cleared TPM") {
        const std::uint64_t later = before.clock_ms + hour_ms;
        CHECK(after(milliseconds(hour_ms), {later, 8, 0, true}).cold_boot_since_last);
        CHECK(after(milliseconds(hour_ms), {before.clock_ms - 1, 8, 0, false}).cold_boot_since_last);
        CHECK_FALSE(after(milliseconds(hour_ms), {before.clock_ms - 1, 7, 3, false}).cold_boot_since_last);
        CHECK_FALSE(after(milliseconds(hour_ms), {later, 7, 3, true}).cold_boot_since_last);
        CHECK_FALSE(after(milliseconds(hour_ms), {0, 0, 0, true}).cold_boot_since_last);
    }

    TEST_CASE("a collector's clock that was set back does not overflow, and clocks at their limits are compared") {
        CHECK(after(milliseconds(-1'000'000'000), {hour_ms, 0, 0, true}).change == CounterChange::went_back);
        const ClockInfo most{~std::uint64_t{0}, ~std::uint32_t{0}, ~std::uint32_t{0}, true};
        CHECK(after(milliseconds(hour_ms), most).change == CounterChange::reboot);
        CHECK(
            compare_counters(LastClock{most, accepted}, before, accepted, accepted + milliseconds(1)).change ==
            CounterChange::went_back
        );
    }
}
