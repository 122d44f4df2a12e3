#include "collector/verifier/boot/learn_reference.hpp"

#include "evidence/limits.hpp"

#include <algorithm>

namespace assay {
namespace {

// PFP 1.06 section 3.3.4 says what each PCR is for; 10 and 13 are Linux' and systemd's.
std::string_view why_left_out(PcrIndex pcr) {
    switch (pcr.value()) {
        case 1: return "the platform's configuration, boot order and serial numbers: differs between devices";
        case 5: return "the partition table with the disk's own GUID: differs between devices";
        case 6: return "the platform maker's own use: may differ between devices";
        case 10: return "the IMA list, which is appraised by itself";
        case 13: return "extensions of the system, chosen per device";
        default: return "";
    }
}

void add_values(AcceptedPcr& known, const AcceptedPcr& learned, const std::optional<Date>& known_until) {
    for (AcceptedValue& value : known.values) {
        if (std::ranges::find(learned.values, value.value, &AcceptedValue::value) != learned.values.end()) continue;
        if (known_until && (!value.until || *known_until < *value.until)) value.until = known_until;
    }
    for (const AcceptedValue& value : learned.values) {
        const auto found = std::ranges::find(known.values, value.value, &AcceptedValue::value);
        if (found == known.values.end())
            known.values.push_back(value);
        else
            found->until = value.until;
    }
}

}  // namespace

BootReference learn_reference(const MeasuredBoot& boot, std::string_view name) {
    BootReference out;
    out.name = name;
    out.firmware = boot.firmware;
    out.bank = boot.bank;
    for (const auto& [pcr, value] : boot.quoted) {
        if (const std::string_view why = why_left_out(pcr); !why.empty()) {
            out.left_out.emplace(pcr, why);
            continue;
        }
        AcceptedValue accepted{value, {}, std::nullopt};
        if (const auto events = boot.events.find(pcr); events != boot.events.end()) accepted.events = *events->second;
        out.accepted.emplace(pcr, AcceptedPcr{PcrRule::value, {std::move(accepted)}});
    }
    return out;
}

Result<BootReference> merge_reference(
    const BootReference& known, const BootReference& learned, const std::optional<Date>& known_until
) {
    if (known.firmware != learned.firmware || known.bank != learned.bank) {
        return fail(Errc::bad_value, "firmware", "the two are of different firmware or of different banks");
    }
    BootReference out = known;
    if (learned.runtime_policy) out.runtime_policy = learned.runtime_policy;
    for (const auto& [pcr, values] : learned.accepted) {
        if (out.left_out.contains(pcr)) continue;  // a person left it out
        const auto [accepted, is_new] = out.accepted.try_emplace(pcr, values);
        if (!is_new) add_values(accepted->second, values, known_until);
        if (accepted->second.values.size() > limits::reference_values) {
            return fail(
                Errc::limit_exceeded, "accepted." + std::to_string(pcr.value()),
                "more than " + std::to_string(limits::reference_values) + " values of one PCR"
            );
        }
    }
    return out;
}

}  // namespace assay
