#pragma once
// Whether a part that is missing from reports is gone. No inventory read by an operating system proves absence, so
// there are many rules; each is evaluated by itself and named, with what to do about it. DESIGN section 6. What even
// all of them do NOT prove: that a lying system or a kernel under attack did not hide the part; that is what the grade
// is for, and why closing an item needs persons.

#include "collector/worklist/item.hpp"
#include "evidence/tpm/attest.hpp"

#include <span>

namespace assay::worklist {

// What the operator asks of absence.
struct Rules {
    std::uint32_t min_reports = 3;
    std::chrono::milliseconds min_time = std::chrono::hours(24);  // by the TPM's clock and by the collector's
    unsigned same_units_percent = 80;  // of the other serial-bearing parts, that must still be there
};

// One accepted report, as facts.
struct Facts {
    UnixMillis at;          // when the collector accepted it
    bool fresh = true;      // false: an earlier report judged again, under other packs; it counts towards nothing
    bool quoted = false;    // under a quote of an enrolled device; false: imported by a person
    bool replayed = false;  // read from a tree given with --root
    std::uint64_t generation = 0;
    ClockInfo clock;  // as quoted
    std::string agent_version;
    bool boot_accepted = false;            // the appraisal of its boot is affirming
    const Inventory* inventory = nullptr;  // never null; outlives the call
};

// The rules' words, in the order they are listed and shown.
//   part_missing, live_reading, same_generation, not_cleared, same_chassis, same_units, cold_boot, source_ok,
//   place_covered, parent_present, no_contradiction, agent_as_capable, enough_reports, enough_time, accepted_boots
// The last one is not needed for the grade `reported`, only for `measured`.
std::span<const std::string_view> rule_names();

Baseline baseline_of(const Part& part, const Facts& facts, const Parts& parts);

// Counts the report in, then says how every rule stands. REQUIRES: item.claim.
void watch(Item& item, const Facts& facts, const Parts& parts, const Found& found, const Rules& rules);

// The grade that the conditions earn; nullopt while one that every grade needs does not hold.
std::optional<Grade> earned(const std::vector<Condition>& conditions);

}  // namespace assay::worklist
