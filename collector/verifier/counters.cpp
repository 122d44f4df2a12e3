#include "collector/verifier/counters.hpp"

#include <algorithm>
#include <chrono>

namespace assay {
namespace {

// A TPM saves its clock at least every 2^22 ms (Part 2, TPM_PT_CLOCK_UPDATE): an unclean power-off loses no more.
constexpr std::uint64_t max_clock_loss_ms = std::uint64_t{1} << 22U;
// TPM clocks may be 15 % off (Part 1, "Clock"); the collector's own clock, and reports under way, get a minute.
constexpr std::int64_t drift_divisor = 4;
constexpr std::int64_t clock_slack_ms = 60'000;

std::string text_of(const ClockInfo& clock) {
    return "resetCount " + std::to_string(clock.reset_count) + ", restartCount " + std::to_string(clock.restart_count) +
           ", clock " + std::to_string(clock.clock_ms) + " ms" + (clock.safe ? "" : " (not safe)");
}

// A clock that began at zero after the last accepted report cannot show more than the time since.
bool may_have_begun_since(const LastClock& last, const ClockInfo& clock, UnixMillis now) {
    const std::int64_t elapsed = std::max<std::int64_t>((now - last.accepted_at).count(), 0);
    const std::int64_t most = elapsed + elapsed / drift_divisor + clock_slack_ms;
    return clock.clock_ms <= static_cast<std::uint64_t>(most);
}

CounterChange change_of(const LastClock& last, const ClockInfo& clock, UnixMillis issued, UnixMillis now) {
    const ClockInfo& before = last.clock;
    const bool same_boot = clock.reset_count == before.reset_count && clock.restart_count == before.restart_count;
    const bool counters_rose = clock.reset_count > before.reset_count ||
                               (clock.reset_count == before.reset_count && clock.restart_count > before.restart_count);
    if (clock.clock_ms >= before.clock_ms) {
        if (same_boot) return CounterChange::steady;
        if (clock.reset_count > before.reset_count) return CounterChange::reboot;
        if (counters_rose) return CounterChange::resume;
    } else {
        if (same_boot && issued <= last.accepted_at) return CounterChange::superseded;
        if (counters_rose && !clock.safe && before.clock_ms - clock.clock_ms <= max_clock_loss_ms) {
            return CounterChange::clock_unsafe;
        }
    }
    return may_have_begun_since(last, clock, now) ? CounterChange::cleared : CounterChange::went_back;
}

Reason reason_of(CounterChange change) {
    switch (change) {
        case CounterChange::first: return Reason::first_report;
        case CounterChange::steady: return Reason::quote_accepted;
        case CounterChange::reboot: return Reason::rebooted;
        case CounterChange::resume: return Reason::resumed;
        case CounterChange::clock_unsafe: return Reason::clock_unsafe;
        case CounterChange::superseded: return Reason::superseded;
        case CounterChange::cleared: return Reason::tpm_cleared;
        case CounterChange::went_back: return Reason::clock_went_back;
    }
    return Reason::clock_went_back;
}

}  // namespace

CounterFinding compare_counters(
    const std::optional<LastClock>& last, const ClockInfo& clock, UnixMillis issued, UnixMillis now
) {
    CounterFinding out;
    if (!last) {
        out.detail = text_of(clock);
        return out;
    }
    out.change = change_of(*last, clock, issued, now);
    out.reason = reason_of(out.change);
    // While the clock is not safe, its value may be repeated later: said beside whatever else there is to say.
    if (out.change == CounterChange::steady && !clock.safe) out.reason = Reason::clock_unsafe;
    out.detail = "was " + text_of(last->clock) + "; is " + text_of(clock);
    out.cold_boot_since_last = out.change == CounterChange::reboot || (out.change == CounterChange::clock_unsafe &&
                                                                       clock.reset_count > last->clock.reset_count);
    return out;
}

}  // namespace assay
