#include "base/encoding.hpp"
#include "collector/worklist/absence_rules.hpp"
#include "evidence/unit_mark.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::worklist {
namespace {

Condition live_reading(const Seen& seen) {
    const std::string_view rule = "live_reading";
    if (!seen.facts.quoted) {
        return not_yet(
            rule, "The inventory was imported by a person.",
            "Run an agent with the device's TPM; imports prove nothing."
        );
    }
    if (seen.facts.replayed) {
        return not_yet(
            rule, "The inventory was read from a captured tree (--root), not from the running device.",
            "Report from an agent that reads the device itself."
        );
    }
    return holds(rule, "The inventory was read on the device and came under its quote.");
}

Condition same_generation(const Seen& seen) {
    const std::string_view rule = "same_generation";
    if (seen.facts.generation == seen.item.baseline.generation)
        return holds(rule, fmt::format("The same attestation key, generation {}, as before.", seen.facts.generation));
    return contradicted(
        rule,
        fmt::format(
            "Attestation key generation {} reports, the part was seen under generation {}.", seen.facts.generation,
            seen.item.baseline.generation
        ),
        "Find out why the key changed; reopen the item to measure against the new one."
    );
}

Condition not_cleared(const Seen& seen) {
    const std::string_view rule = "not_cleared";
    if (!seen.item.watch.cleared) return holds(rule, "The TPM's counters went on from where they were.");
    return contradicted(
        rule, "The TPM was cleared, or its counters went back, since the removal was stated.",
        "Find out why; reopen the item to measure again."
    );
}

Condition same_chassis(const Seen& seen) {
    const std::string_view rule = "same_chassis";
    const std::string now = chassis_serial(seen.parts);
    if (!seen.item.baseline.chassis.empty() && now == seen.item.baseline.chassis)
        return holds(rule, "The chassis has the same serial number as before.");
    if (seen.item.baseline.chassis.empty()) {
        if (now.empty() && !seen.item.baseline.units.empty())
            return holds(rule, "The device gives no chassis serial; its other parts' serials stand for it.");
        return not_yet(
            rule, "The part was seen while no serial number of the chassis could be read.",
            "Let the agent read SMBIOS as root while the part is in."
        );
    }
    if (now.empty()) {
        return not_yet(
            rule, "The serial number of the chassis could not be read this time.", "Let the agent read SMBIOS as root."
        );
    }
    return contradicted(rule, "The chassis has another serial number.", "Find out whether the TPM was moved.");
}

Condition same_units(const Seen& seen) {
    const std::string_view rule = "same_units";
    const std::set<std::string>& before = seen.item.baseline.units;
    if (before.empty()) {
        if (!seen.item.baseline.chassis.empty()) return holds(rule, "No other part of the device had a serial number.");
        return not_yet(rule, "No part of the device had a serial number to know it by.", "Let the agent run as root.");
    }
    const std::set<std::string> now = unit_hashes(seen.item.part, seen.parts);
    const auto same = static_cast<std::size_t>(std::ranges::count_if(before, [&now](const std::string& unit) {
        return now.contains(unit);
    }));
    std::string what = fmt::format("{} of {} other parts with serial numbers are still there.", same, before.size());
    if (same * 100 >= before.size() * seen.rules.same_units_percent) return holds(rule, std::move(what));
    return contradicted(
        rule, std::move(what),
        fmt::format("{} % have to be; find out whether this is the same device.", seen.rules.same_units_percent)
    );
}

Condition cold_boot(const Seen& seen) {
    const std::string_view rule = "cold_boot";
    if (seen.facts.quoted && seen.facts.clock.reset_count > seen.item.claim->reset_count) {
        return holds(
            rule, fmt::format(
                      "The TPM's resetCount rose from {} to {} since the removal was stated.",
                      seen.item.claim->reset_count, seen.facts.clock.reset_count
                  )
        );
    }
    return not_yet(
        rule, fmt::format("The TPM's resetCount is still {}.", seen.item.claim->reset_count), "Cold boot the device."
    );
}

}  // namespace

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

std::vector<Condition> device_rules(const Seen& seen) {
    return {live_reading(seen), same_generation(seen), not_cleared(seen),
            same_chassis(seen), same_units(seen),      cold_boot(seen)};
}

}  // namespace assay::worklist
