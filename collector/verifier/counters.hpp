#pragma once
// What a TPM's counters say about the time since the last accepted report: (resetCount, restartCount, clock) compared
// in order. A TPM Reset raises resetCount and returns restartCount to 0; TPM2_Clear returns both and the clock to 0;
// after an unclean power-off the clock may be behind by what was not yet saved, and `safe` says so. TPM 2.0 Library
// Part 1, "Timing Components"; Part 2, TPMS_CLOCK_INFO.

#include "base/time.hpp"
#include "evidence/reason.hpp"
#include "evidence/tpm/attest.hpp"

#include <optional>
#include <string>

namespace assay {

// The clock of the last accepted report, and when this was.
struct LastClock {
    ClockInfo clock;
    UnixMillis accepted_at;
};

enum class CounterChange {
    first,         // nothing to compare with
    steady,        // the same boot, later
    reboot,        // resetCount rose: a cold boot or a reset
    resume,        // restartCount rose: resumed or restarted without a reset
    clock_unsafe,  // after an unclean power-off the clock is behind, within what a TPM may lose
    superseded,    // made before the last accepted report and overtaken by it: changes nothing
    cleared,       // TPM2_Clear, as far as counters can tell: for a person to look at
    went_back,     // none of these explains it
};

struct CounterFinding {
    CounterChange change = CounterChange::first;
    Reason reason = Reason::first_report;
    std::string detail;
    bool cold_boot_since_last = false;  // reboot, or clock_unsafe with a higher resetCount
};

// `issued`: when the report's nonce was issued. `now`: when the report came.
CounterFinding compare_counters(
    const std::optional<LastClock>& last, const ClockInfo& clock, UnixMillis issued, UnixMillis now
);

}  // namespace assay
