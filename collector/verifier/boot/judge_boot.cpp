#include "collector/verifier/boot/judge_boot.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>
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
    std::vector<EventDifference> differences;
};

using Events = std::vector<MeasuredEvent>;

std::vector<EventDifference> nearest_difference(PcrIndex pcr, const AcceptedPcr& accepted, const Events& found) {
    std::optional<std::vector<EventDifference>> nearest;
    for (const AcceptedValue& value : accepted.values) {
        auto one = event_differences(pcr, value.events, found);
        if (!nearest || one.size() < nearest->size()) nearest = std::move(one);
    }
    return nearest.value_or(std::vector<EventDifference>{});
}

PcrOutcome by_value(PcrIndex pcr, const AcceptedPcr& accepted, const Digest& quoted, const Events& found, Date today) {
    PcrOutcome out;
    for (const AcceptedValue& value : accepted.values) {
        if (value.value != quoted) continue;
        if (accepted_today(value, today)) return {true, false, value.until, {}};
        out.ended = true;
    }
    out.differences = nearest_difference(pcr, accepted, found);
    return out;
}

PcrOutcome by_events(PcrIndex pcr, const AcceptedPcr& accepted, const Events& found, Date today) {
    std::map<Digest, std::optional<Date>> known;  // until when
    std::set<Digest> ended;
    for (const AcceptedValue& value : accepted.values) {
        for (const MeasuredEvent& event : value.events) {
            if (!accepted_today(value, today)) {
                ended.insert(event.digest);
                continue;
            }
            const auto [entry, is_new] = known.emplace(event.digest, value.until);
            // The longer of two windows; one without an end is the longest.
            if (!is_new && (!value.until || (entry->second && *entry->second < *value.until)))
                entry->second = value.until;
        }
    }
    PcrOutcome out{!found.empty(), false, std::nullopt, {}};
    for (const MeasuredEvent& event : found) {
        const auto entry = known.find(event.digest);
        if (entry == known.end()) {
            out.holds = false;
            out.ended = out.ended || ended.contains(event.digest);
            out.differences.push_back({pcr, false, event.digest, event.what});
        } else if (entry->second && (!out.until || *entry->second < *out.until)) {
            out.until = entry->second;
        }
    }
    return out;
}

struct Comparison {
    const ApprovedReference* reference = nullptr;
    std::vector<PcrIndex> wrong;
    bool ended = false;
    std::vector<EventDifference> differences;
    std::optional<Date> until;
    bool holds() const { return wrong.empty(); }
};

Comparison compare(const MeasuredBoot& boot, const ApprovedReference& reference, Date today) {
    static const Events none;
    Comparison out{&reference, {}, false, {}, std::nullopt};
    for (const auto& [pcr, accepted] : reference.reference.accepted) {
        const auto quoted = boot.quoted.find(pcr);
        const auto found = boot.events.find(pcr);
        const Events& events = found == boot.events.end() ? none : found->second;
        PcrOutcome one;
        if (quoted != boot.quoted.end()) {
            one = accepted.rule == PcrRule::value ? by_value(pcr, accepted, quoted->second, events, today)
                                                  : by_events(pcr, accepted, events, today);
        }
        if (!one.holds) out.wrong.push_back(pcr);
        out.ended = out.ended || one.ended;
        if (one.until && (!out.until || *one.until < *out.until)) out.until = one.until;
        std::ranges::move(one.differences, std::back_inserter(out.differences));
    }
    return out;
}

bool nearer(const Comparison& a, const Comparison& b) {
    if (a.wrong.size() != b.wrong.size()) return a.wrong.size() < b.wrong.size();
    return a.differences.size() < b.differences.size();
}

std::string pcr_list(const std::vector<PcrIndex>& pcrs) {
    std::string out;
    for (const PcrIndex pcr : pcrs) out += (out.empty() ? "" : ",") + std::to_string(pcr.value());
    return out;
}

std::string shown(const FirmwareModel& firmware) {
    return firmware.maker + " " + firmware.model + ", firmware " +
           (firmware.version.empty() ? "of no version" : firmware.version);
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

void tell_differences(BootJudgement& out, Comparison comparison) {
    out.reference = comparison.reference->sha256;
    out.differences = std::move(comparison.differences);
    if (out.differences.size() > limits::boot_differences) {
        out.differences.erase(out.differences.begin() + limits::boot_differences, out.differences.end());
    }
}

}  // namespace

BootJudgement judge_boot(const MeasuredBoot& boot, std::span<const ApprovedReference> references, Date today) {
    std::optional<Comparison> best;     // of this firmware
    std::optional<Comparison> related;  // of another version for the same machine
    for (const ApprovedReference& one : references) {
        const FirmwareModel& firmware = one.reference.firmware;
        if (one.reference.bank != boot.bank || firmware.maker != boot.firmware.maker ||
            firmware.model != boot.firmware.model) {
            continue;
        }
        auto& place = firmware.version == boot.firmware.version ? best : related;
        Comparison comparison = compare(boot, one, today);
        if (!place || nearer(comparison, *place)) place = std::move(comparison);
    }
    BootJudgement out;
    if (!best) {
        out.detail = shown(boot.firmware);
        if (related) {
            out.detail +=
                "; the nearest known values are of firmware " + related->reference->reference.firmware.version;
            tell_differences(out, *std::move(related));
        }
        return out;
    }
    const BootReference& reference = best->reference->reference;
    if (!best->holds()) {
        out.verdict = Verdict::contraindicated;
        out.reason = best->ended ? Reason::boot_reference_ended : Reason::boot_reference_mismatch;
        out.detail = "PCR " + pcr_list(best->wrong) + " against \"" + reference.name + "\"";
        tell_differences(out, *std::move(best));
        return out;
    }
    out.verdict = Verdict::affirming;
    out.reason = Reason::boot_accepted;
    out.detail = "by \"" + reference.name + "\"";
    out.reference = best->reference->sha256;
    out.until = best->until;
    out.runtime_policy = reference.runtime_policy;
    out.whole = is_whole(boot, reference);
    return out;
}

}  // namespace assay
