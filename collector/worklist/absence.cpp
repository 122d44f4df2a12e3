#include "collector/worklist/absence.hpp"

#include "base/encoding.hpp"
#include "evidence/unit_mark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::worklist {
namespace {

constexpr std::array<std::string_view, 15> rules_in_order{
    "part_missing",     "live_reading",     "same_generation", "not_cleared",   "same_chassis",
    "same_units",       "cold_boot",        "source_ok",       "place_covered", "parent_present",
    "no_contradiction", "agent_as_capable", "enough_reports",  "enough_time",   "accepted_boots",
};
constexpr std::size_t accepted_boots_needed = 2;

Condition holds(std::string_view rule, std::string what) {
    return {std::string(rule), Standing::holds, std::move(what), {}};
}
Condition not_yet(std::string_view rule, std::string what, std::string to_do) {
    return {std::string(rule), Standing::not_yet, std::move(what), std::move(to_do)};
}
Condition contradicted(std::string_view rule, std::string what, std::string to_do) {
    return {std::string(rule), Standing::contradicted, std::move(what), std::move(to_do)};
}

bool lies_on(std::string_view place, std::string_view key) {
    return place == key || (place.starts_with(key) && place.substr(key.size()).starts_with('/'));
}

const SourceReport* source_named(const Inventory& inventory, std::string_view source) {
    const auto found = std::ranges::find(inventory.sources, source, &SourceReport::source);
    return found == inventory.sources.end() ? nullptr : &*found;
}

std::string chassis_serial(const Parts& parts) {
    for (const ComponentKind kind : {ComponentKind::chassis, ComponentKind::system, ComponentKind::board}) {
        for (const Part& part : parts.all()) {
            if (part.kind == kind && names_a_unit(part.serial)) return std::string(name(kind)) + "/" + part.serial;
        }
    }
    return {};
}

std::set<std::string> unit_hashes(const Part& without, const Parts& parts) {
    std::set<std::string> out;
    for (const Part& part : parts.all()) {
        if (!names_a_unit(part.serial) || same_unit(without, part)) continue;
        const Sha256 hash = sha256(std::string(name(part.kind)) + "/" + part.serial);
        out.insert(to_hex(ByteView(hash).first(8)));
    }
    return out;
}

// Dotted numbers as far as they go: "0.10.1-3" is {0, 10, 1}. Empty when it does not start with a number.
std::vector<unsigned> version_numbers(std::string_view text) {
    std::vector<unsigned> out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        unsigned number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc()) break;
        out.push_back(number);
        at = next;
        if (at == end || *at != '.') break;
        ++at;
    }
    return out;
}

bool as_capable(std::string_view now, std::string_view before) {
    if (now == before) return true;
    const std::vector<unsigned> a = version_numbers(now);
    const std::vector<unsigned> b = version_numbers(before);
    return !a.empty() && !b.empty() && a >= b;
}

// One report against the item: every rule that a single report can meet.
class Check {
  public:
    Check(const Item& item, const Facts& facts, const Parts& parts, const Found& found, const Rules& rules)
        : item_(item), facts_(facts), parts_(parts), found_(found), rules_(rules) {}

    std::vector<Condition> all() const {
        return {
            part_missing(), live_reading(), same_generation(), not_cleared(),    same_chassis(),     same_units(),
            cold_boot(),    source_ok(),    place_covered(),   parent_present(), no_contradiction(), agent_as_capable(),
        };
    }

  private:
    Condition part_missing() const {
        const std::string_view rule = "part_missing";
        switch (found_.how) {
            case Found::How::present:
                return contradicted(
                    rule, "The last report still lists the part, at " + found_.part->key + ".",
                    "Take the part out, or reopen the item."
                );
            case Found::How::altered:
                return contradicted(
                    rule,
                    "The part's serial, MAC address or firmware hash is at " + found_.part->key + " under other ids.",
                    "Find out who changed the part's identifiers."
                );
            case Found::How::occupied:
            case Found::How::missing: break;
        }
        return holds(rule, "The last report does not list the part.");
    }

    Condition live_reading() const {
        const std::string_view rule = "live_reading";
        if (!facts_.quoted) {
            return not_yet(
                rule, "The inventory was imported by a person.",
                "Run an agent with the device's TPM; imports prove nothing."
            );
        }
        if (facts_.replayed) {
            return not_yet(
                rule, "The inventory was read from a captured tree (--root), not from the running device.",
                "Report from an agent that reads the device itself."
            );
        }
        return holds(rule, "The inventory was read on the device and came under its quote.");
    }

    Condition same_generation() const {
        const std::string_view rule = "same_generation";
        if (facts_.generation == item_.baseline.generation)
            return holds(rule, fmt::format("The same attestation key, generation {}, as before.", facts_.generation));
        return contradicted(
            rule,
            fmt::format(
                "Attestation key generation {} reports, the part was seen under generation {}.", facts_.generation,
                item_.baseline.generation
            ),
            "Find out why the key changed; reopen the item to measure against the new one."
        );
    }

    Condition not_cleared() const {
        const std::string_view rule = "not_cleared";
        if (!item_.watch.cleared) return holds(rule, "The TPM's counters went on from where they were.");
        return contradicted(
            rule, "The TPM was cleared, or its counters went back, since the removal was stated.",
            "Find out why; reopen the item to measure again."
        );
    }

    Condition same_chassis() const {
        const std::string_view rule = "same_chassis";
        const std::string now = chassis_serial(parts_);
        if (!item_.baseline.chassis.empty() && now == item_.baseline.chassis)
            return holds(rule, "The chassis has the same serial number as before.");
        if (item_.baseline.chassis.empty()) {
            if (now.empty() && !item_.baseline.units.empty())
                return holds(rule, "The device gives no chassis serial; its other parts' serials stand for it.");
            return not_yet(
                rule, "The part was seen while no serial number of the chassis could be read.",
                "Let the agent read SMBIOS as root while the part is in."
            );
        }
        if (now.empty()) {
            return not_yet(
                rule, "The serial number of the chassis could not be read this time.",
                "Let the agent read SMBIOS as root."
            );
        }
        return contradicted(rule, "The chassis has another serial number.", "Find out whether the TPM was moved.");
    }

    Condition same_units() const {
        const std::string_view rule = "same_units";
        const std::set<std::string>& before = item_.baseline.units;
        if (before.empty()) {
            if (!item_.baseline.chassis.empty()) return holds(rule, "No other part of the device had a serial number.");
            return not_yet(
                rule, "No part of the device had a serial number to know it by.", "Let the agent run as root."
            );
        }
        const std::set<std::string> now = unit_hashes(item_.part, parts_);
        const auto same = static_cast<std::size_t>(std::ranges::count_if(before, [&now](const std::string& unit) {
            return now.contains(unit);
        }));
        std::string what =
            fmt::format("{} of {} other parts with serial numbers are still there.", same, before.size());
        if (same * 100 >= before.size() * rules_.same_units_percent) return holds(rule, std::move(what));
        return contradicted(
            rule, std::move(what),
            fmt::format("{} % have to be; find out whether this is the same device.", rules_.same_units_percent)
        );
    }

    Condition cold_boot() const {
        const std::string_view rule = "cold_boot";
        if (facts_.quoted && facts_.clock.reset_count > item_.claim->reset_count) {
            return holds(
                rule, fmt::format(
                          "The TPM's resetCount rose from {} to {} since the removal was stated.",
                          item_.claim->reset_count, facts_.clock.reset_count
                      )
            );
        }
        return not_yet(
            rule, fmt::format("The TPM's resetCount is still {}.", item_.claim->reset_count), "Cold boot the device."
        );
    }

    Condition source_ok() const {
        const std::string_view rule = "source_ok";
        if (item_.baseline.source.empty()) {
            return not_yet(
                rule, "No source of the agent said that it covers the part's place.",
                "Use an agent whose source for this kind of part says what it covered."
            );
        }
        const SourceReport* source = source_named(*facts_.inventory, item_.baseline.source);
        if (source != nullptr && source->state == SourceState::ok)
            return holds(rule, "The source " + source->source + " was read without a failure.");
        if (source == nullptr) {
            return contradicted(
                rule, "The source " + item_.baseline.source + " is no longer in the report.", "Let the agent read it."
            );
        }
        return not_yet(
            rule, fmt::format("The source {} says {}: {}", source->source, name(source->state), source->detail),
            "Let the agent read it: assay-agent doctor says what is missing."
        );
    }

    Condition place_covered() const {
        const std::string_view rule = "place_covered";
        const SourceReport* source = source_named(*facts_.inventory, item_.baseline.source);
        if (source == nullptr || item_.baseline.places.empty())
            return not_yet(rule, "Nothing says that the part's place was looked at.", "See source_ok.");
        for (const std::string& place : item_.baseline.places) {
            if (std::ranges::binary_search(source->covered, place)) continue;
            return contradicted(
                rule, "The source " + source->source + " no longer covers " + place + ".",
                "Let the agent look at everything that it looked at before."
            );
        }
        return holds(
            rule, fmt::format(
                      "The source {} covered all {} places that it covered before.", source->source,
                      item_.baseline.places.size()
                  )
        );
    }

    Condition parent_present() const {
        const std::string_view rule = "parent_present";
        if (item_.part.parent.empty()) return holds(rule, "The part has no parent part.");
        if (parts_.at(item_.part.parent) != nullptr)
            return holds(rule, "What the part was attached to, " + item_.part.parent + ", is there.");
        return not_yet(
            rule, "What the part was attached to, " + item_.part.parent + ", is missing as well.",
            "Enable or refit it, so that the empty place can be seen."
        );
    }

    Condition no_contradiction() const {
        const std::string_view rule = "no_contradiction";
        if (found_.how == Found::How::occupied) {
            return contradicted(
                rule,
                "Something of the same model stands in the part's place, and no serial number or MAC address tells "
                "the two apart.",
                "Let the agent read serial numbers as root, or look at the part."
            );
        }
        return holds(rule, "Nothing in the report says that the place is occupied by the part.");
    }

    Condition agent_as_capable() const {
        const std::string_view rule = "agent_as_capable";
        if (as_capable(facts_.agent_version, item_.baseline.agent_version))
            return holds(rule, "Agent " + facts_.agent_version + " sees at least what the earlier one saw.");
        return not_yet(
            rule,
            "Agent " + facts_.agent_version + " is older than the one that saw the part, " +
                item_.baseline.agent_version + ".",
            "Install the same agent or a newer one."
        );
    }

    const Item& item_;
    const Facts& facts_;
    const Parts& parts_;
    const Found& found_;
    const Rules& rules_;
};

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
    for (const SourceReport& source : facts.inventory->sources) {
        const auto covers = [&part](const std::string& place) { return lies_on(part.key, place); };
        if (!std::ranges::any_of(source.covered, covers)) continue;
        out.source = source.source;
        for (const std::string& place : source.covered) {
            if (!lies_on(place, part.key)) out.places.push_back(place);
        }
        break;
    }
    return out;
}

void watch(Item& item, const Facts& facts, const Parts& parts, const Found& found, const Rules& rules) {
    if (facts.quoted && went_back(item, facts.clock)) item.watch.cleared = true;
    std::vector<Condition> now = Check(item, facts, parts, found, rules).all();
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
