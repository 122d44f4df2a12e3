#include "collector/worklist/absence.hpp"

#include "collector/worklist/absence_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace assay::worklist {
namespace {

constexpr std::array<std::string_view, 15> rules_in_order{
    "part_missing",     "live_reading",     "same_generation", "not_cleared",   "same_chassis",
    "same_units",       "cold_boot",        "source_ok",       "place_covered", "parent_present",
    "no_contradiction", "agent_as_capable", "enough_reports",  "enough_time",   "accepted_boots",
};
constexpr std::size_t accepted_boots_needed = 2;

Condition part_missing(const Seen& seen) {
    const std::string_view rule = "part_missing";
    switch (seen.found.how) {
        case Found::How::present:
            return contradicted(
                rule, "The last report still lists the part, at " + seen.found.part->key + ".",
                "Take the part out, or reopen the item."
            );
        case Found::How::altered:
            return contradicted(
                rule,
                "The part's serial, MAC address or firmware hash is at " + seen.found.part->key + " under other ids.",
                "Find out who changed the part's identifiers."
            );
        case Found::How::occupied:
        case Found::How::missing: break;
    }
    return holds(rule, "The last report does not list the part.");
}

// Every rule that a single report can meet, in order.
std::vector<Condition> single_report_rules(const Seen& seen) {
    std::vector<Condition> out{part_missing(seen)};
    std::ranges::move(device_rules(seen), std::back_inserter(out));
    std::ranges::move(place_rules(seen), std::back_inserter(out));
    return out;
}

Condition enough_reports(const Watch& watch, const Rules& rules) {
    std::string what = fmt::format(
        "{} of {} reports without the part, with every rule above holding.", std::min(watch.reports, rules.min_reports),
        rules.min_reports
    );
    if (watch.reports >= rules.min_reports) return holds("enough_reports", std::move(what));
    return not_yet("enough_reports", std::move(what), "Wait for more reports.");
}

Condition enough_time(const Watch& watch, const Rules& rules) {
    const std::int64_t by_collector = watch.reports == 0 ? 0 : (watch.last_at - watch.first_at).count();
    const auto by_tpm = static_cast<std::int64_t>(watch.last_clock_ms - watch.first_clock_ms);
    const std::int64_t least = std::min(by_collector, watch.reports == 0 ? 0 : by_tpm);
    std::string what = fmt::format(
        "They lie {} of {} minutes apart, by the TPM's clock and by the collector's.",
        std::min(least, rules.min_time.count()) / 60'000, rules.min_time.count() / 60'000
    );
    if (watch.reports > 0 && least >= rules.min_time.count()) return holds("enough_time", std::move(what));
    return not_yet("enough_time", std::move(what), "Wait.");
}

Condition accepted_boots(const Watch& watch) {
    std::string what = fmt::format(
        "{} of {} boots without the part were accepted.", watch.accepted_boots.size(), accepted_boots_needed
    );
    if (watch.accepted_boots.size() >= accepted_boots_needed) return holds("accepted_boots", std::move(what));
    return not_yet("accepted_boots", std::move(what), "Only needed for the grade `measured`: let boots be appraised.");
}

// TPM2_Clear sets clock and counters to zero. A clock that is not safe may repeat as much as lay between two of its
// writes to NV: at most 2^22 ms (TPM 2.0 Part 1, "Clock").
bool went_back(const Item& item, const ClockInfo& clock) {
    constexpr std::uint64_t may_repeat_ms = 1U << 22U;
    const std::uint64_t before = std::max(item.claim->clock_ms, item.watch.last_clock_ms);
    const std::uint64_t tolerance = clock.safe ? 0 : may_repeat_ms;
    return clock.reset_count < item.claim->reset_count || clock.clock_ms + tolerance < before;
}

void count(Watch& watch, const Facts& facts) {
    if (watch.reports == 0) {
        watch.first_at = facts.at;
        watch.first_clock_ms = facts.clock.clock_ms;
    }
    ++watch.reports;
    watch.last_at = facts.at;
    watch.last_clock_ms = facts.clock.clock_ms;
    if (facts.boot_accepted && watch.accepted_boots.size() < accepted_boots_needed)
        watch.accepted_boots.insert(facts.clock.reset_count);
}

}  // namespace

std::span<const std::string_view> rule_names() {
    return rules_in_order;
}

Baseline baseline_of(const Part& part, const Facts& facts, const Parts& parts) {
    Baseline out;
    out.generation = facts.generation;
    out.agent_version = facts.agent_version;
    out.chassis = chassis_serial(parts);
    out.units = unit_hashes(part, parts);
    remember_places(out, part, *facts.inventory);
    return out;
}

void watch(Item& item, const Facts& facts, const Parts& parts, const Found& found, const Rules& rules) {
    if (facts.quoted && went_back(item, facts.clock)) item.watch.cleared = true;
    std::vector<Condition> now = single_report_rules({item, facts, parts, found, rules});
    const bool part_seen = found.how == Found::How::present || found.how == Found::How::altered;
    if (part_seen) {
        const bool cleared = item.watch.cleared;
        item.watch = Watch{.cleared = cleared, .still_there = true};
    } else if (std::ranges::all_of(now, [](const Condition& one) { return one.standing == Standing::holds; })) {
        count(item.watch, facts);
    }
    now.push_back(enough_reports(item.watch, rules));
    now.push_back(enough_time(item.watch, rules));
    now.push_back(accepted_boots(item.watch));
    item.conditions = std::move(now);
}

std::optional<Grade> earned(const std::vector<Condition>& conditions) {
    if (conditions.size() != rules_in_order.size()) return std::nullopt;
    bool measured = false;
    for (const Condition& one : conditions) {
        if (one.rule == "accepted_boots") {
            measured = one.standing == Standing::holds;
        } else if (one.standing != Standing::holds) {
            return std::nullopt;
        }
    }
    return measured ? Grade::measured : Grade::reported;
}

}  // namespace assay::worklist
