#include "collector/verifier/boot/judge_boot.hpp"

#include "evidence/limits.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <set>

namespace assay {
namespace {

// PFP 1.06 section 3.3.4: code of the firmware and of its drivers, the boot loader, Secure Boot's policy, and what the
// boot loader measures of kernel and command line (GRUB into 8 and 9, the EFI stub into 9, systemd into 11 and 12), and
// what systemd's stub adds to the initial file system (extensions, into 13).
constexpr std::array executable_pcrs{0U, 2U, 4U, 7U, 8U, 9U, 11U, 12U, 13U};

bool accepted_today(const AcceptedValue& value, Date today) {
    return !value.until || today <= *value.until;
}

// How one PCR stands against what is accepted for it.
struct PcrOutcome {
    bool holds = false;
    bool ended = false;  // the value was accepted until a day that is over
    std::optional<Date> until;
};

using Events = std::vector<MeasuredEvent>;

const Events& events_of(const MeasuredBoot& boot, PcrIndex pcr) {
    static const Events none;
    const auto found = boot.events.find(pcr);
    return found == boot.events.end() ? none : *found->second;
}

PcrOutcome by_value(const AcceptedPcr& accepted, const Digest& quoted, Date today) {
    PcrOutcome out;
    for (const AcceptedValue& value : accepted.values) {
        if (value.value != quoted) continue;
        if (accepted_today(value, today)) return {true, false, value.until};
        out.ended = true;
    }
    return out;
}

// The events of accepted values, and until when; those whose day is over apart.
struct KnownEvents {
    std::map<Digest, std::optional<Date>> known;
    std::set<Digest> ended;
};

KnownEvents known_events(const AcceptedPcr& accepted, Date today) {
    KnownEvents out;
    for (const AcceptedValue& value : accepted.values) {
        for (const MeasuredEvent& event : value.events) {
            if (!accepted_today(value, today)) {
                out.ended.insert(event.digest);
                continue;
            }
            const auto [entry, is_new] = out.known.emplace(event.digest, value.until);
            // The longer of two windows; one without an end is the longest.
            if (!is_new && (!value.until || (entry->second && *entry->second < *value.until)))
                entry->second = value.until;
        }
    }
    return out;
}

PcrOutcome by_events(const AcceptedPcr& accepted, const Events& found, Date today) {
    const KnownEvents events = known_events(accepted, today);
    PcrOutcome out{!found.empty(), false, std::nullopt};
    for (const MeasuredEvent& event : found) {
        const auto entry = events.known.find(event.digest);
        if (entry == events.known.end()) {
            out.holds = false;
            out.ended = out.ended || events.ended.contains(event.digest);
        } else if (entry->second && (!out.until || *entry->second < *out.until)) {
            out.until = entry->second;
        }
    }
    return out;
}

// By values alone: how events differ is found for what is told.
struct Comparison {
    const ApprovedReference* reference = nullptr;
    std::uint32_t wrong = 0;  // bits
    bool ended = false;
    std::optional<Date> until;
    bool holds() const { return wrong == 0; }
};

Comparison compare(const MeasuredBoot& boot, const ApprovedReference& reference, Date today) {
    Comparison out{&reference, 0, false, std::nullopt};
    for (const auto& [pcr, accepted] : reference.reference.accepted) {
        const auto quoted = boot.quoted.find(pcr);
        PcrOutcome one;
        if (quoted != boot.quoted.end()) {
            one = accepted.rule == PcrRule::value ? by_value(accepted, quoted->second, today)
                                                  : by_events(accepted, events_of(boot, pcr), today);
        }
        if (!one.holds) out.wrong |= 1U << pcr.value();
        out.ended = out.ended || one.ended;
        if (one.until && (!out.until || *one.until < *out.until)) out.until = one.until;
    }
    return out;
}

std::vector<EventDifference> nearest_difference(PcrIndex pcr, const AcceptedPcr& accepted, const Events& found) {
    std::optional<std::vector<EventDifference>> nearest;
    for (const AcceptedValue& value : accepted.values) {
        auto one = event_differences(pcr, value.events, found);
        if (!nearest || one.size() < nearest->size()) nearest = std::move(one);
    }
    return nearest.value_or(std::vector<EventDifference>{});
}

std::vector<EventDifference> unknown_events(
    PcrIndex pcr, const AcceptedPcr& accepted, const Events& found, Date today
) {
    const KnownEvents events = known_events(accepted, today);
    std::vector<EventDifference> out;
    for (const MeasuredEvent& event : found) {
        if (!events.known.contains(event.digest)) out.push_back({pcr, false, event.digest, event.what});
    }
    return out;
}

std::vector<EventDifference> differences(const MeasuredBoot& boot, const Comparison& comparison, Date today) {
    std::vector<EventDifference> out;
    for (const auto& [pcr, accepted] : comparison.reference->reference.accepted) {
        if ((comparison.wrong >> pcr.value() & 1U) == 0 || !boot.quoted.contains(pcr)) continue;
        std::ranges::move(
            accepted.rule == PcrRule::value ? nearest_difference(pcr, accepted, events_of(boot, pcr))
                                            : unknown_events(pcr, accepted, events_of(boot, pcr), today),
            std::back_inserter(out)
        );
    }
    return out;
}

struct Nearest {
    Comparison comparison;
    std::vector<EventDifference> differences;
};

// The one with the fewest PCRs that are wrong; among equals the one with the fewest events that differ.
std::optional<Nearest> nearest(const MeasuredBoot& boot, const std::vector<Comparison>& all, Date today) {
    const auto wrong = [](const Comparison& one) { return std::popcount(one.wrong); };
    const auto least = std::ranges::min_element(all, {}, wrong);
    if (least == all.end()) return std::nullopt;
    if (least->holds()) return Nearest{*least, {}};
    std::optional<Nearest> out;
    for (const Comparison& one : all) {
        if (wrong(one) != wrong(*least)) continue;
        auto told = differences(boot, one, today);
        if (!out || told.size() < out->differences.size()) out = Nearest{one, std::move(told)};
    }
    return out;
}

// A PCR that nothing was measured into says nothing of an executable: GRUB's, where there is no GRUB.
bool is_whole(const MeasuredBoot& boot, const BootReference& reference) {
    return std::ranges::all_of(executable_pcrs, [&boot, &reference](unsigned index) {
        const PcrIndex pcr = *PcrIndex::from(index);
        const auto accepted = reference.accepted.find(pcr);
        if (accepted != reference.accepted.end()) return accepted->second.rule == PcrRule::value;
        const auto quoted = boot.quoted.find(pcr);
        return quoted != boot.quoted.end() && quoted->second.all(0);
    });
}

void tell_differences(BootJudgement& out, Nearest nearest) {
    out.reference = nearest.comparison.reference->sha256;
    out.differences = std::move(nearest.differences);
    if (out.differences.size() > limits::boot_differences) {
        out.differences.erase(out.differences.begin() + limits::boot_differences, out.differences.end());
    }
}

}  // namespace

BootJudgement judge_boot(const MeasuredBoot& boot, std::span<const ApprovedReference> references, Date today) {
    std::vector<Comparison> of_this;  // firmware
    std::vector<Comparison> related;  // another version for the same machine
    for (const ApprovedReference& one : references) {
        const FirmwareModel& firmware = one.reference.firmware;
        if (one.reference.bank != boot.bank || firmware.maker != boot.firmware.maker ||
            firmware.model != boot.firmware.model) {
            continue;
        }
        (firmware.version == boot.firmware.version ? of_this : related).push_back(compare(boot, one, today));
    }
    BootJudgement out;
    auto best = nearest(boot, of_this, today);
    if (!best) {
        out.detail = text(boot.firmware);
        if (auto other = nearest(boot, related, today)) {
            const FirmwareModel& firmware = other->comparison.reference->reference.firmware;
            out.detail += "; the nearest known values are of firmware " + firmware.version;
            tell_differences(out, *std::move(other));
        }
        return out;
    }
    const Comparison& comparison = best->comparison;
    const BootReference& reference = comparison.reference->reference;
    if (!comparison.holds()) {
        out.verdict = Verdict::contraindicated;
        out.reason = comparison.ended ? Reason::boot_reference_ended : Reason::boot_reference_mismatch;
        out.detail = "PCR " + pcr_list(comparison.wrong) + " against \"" + reference.name + "\"";
        tell_differences(out, *std::move(best));
        return out;
    }
    out.verdict = Verdict::affirming;
    out.reason = Reason::boot_accepted;
    out.detail = "by \"" + reference.name + "\"";
    out.reference = comparison.reference->sha256;
    out.until = comparison.until;
    out.runtime_policy = reference.runtime_policy;
    out.whole = is_whole(boot, reference);
    return out;
}

}  // namespace assay
