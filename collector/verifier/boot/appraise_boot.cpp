#include "collector/verifier/boot/appraise_boot.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace assay {
namespace {

constexpr std::size_t shown_digest_bytes = 6;

std::string shown(const EventDifference& one) {
    return std::string(one.expected ? "; expected " : "; found ") + "PCR " + std::to_string(one.pcr.value()) + " " +
           to_hex(one.digest.bytes().first(shown_digest_bytes)) + ".. " + one.what;
}

// The judgement's detail, and as many differences as an answer has room for.
std::string detail_of(const BootJudgement& judged) {
    std::string out = clean_text(judged.detail, detail_bytes);
    std::size_t told = 0;
    for (const EventDifference& one : judged.differences) {
        const std::string text = shown(one);
        if (out.size() + text.size() > detail_bytes) break;
        out += text;
        ++told;
    }
    const std::size_t left = judged.differences.size() - told;
    return left == 0 ? out : out + "; and " + std::to_string(left) + " more";
}

std::string text_of(const Component& component, const char* key) {
    const auto found = component.names.find(key);
    return found == component.names.end() ? std::string() : found->second.text();
}

}  // namespace

BootAppraisal appraise_boot(
    const Facts& facts, const FirmwareModel& firmware, std::span<const ApprovedReference> references, Date today
) {
    const auto without = [](Verdict verdict, Reason reason, const std::string& detail) {
        return BootAppraisal({verdict, reason, detail}, not_appraised(step::boot_reference, reason, ""));
    };
    if (const CheckResult* zero = failed_check(facts.checks(), step::pcr_zero)) {
        return without(Verdict::contraindicated, Reason::pcr_all_zero, zero->detail);
    }
    if (facts.replayed()) return without(Verdict::none, Reason::replayed, "");
    if (const CheckResult* log = failed_check(facts.checks(), step::event_log)) {
        const Reason reason = reason_named(log->reason).value_or(Reason::event_log_mismatch);
        return without(Verdict::contraindicated, reason, log->detail);
    }
    if (!facts.log().holds()) {
        const CheckResult& log = facts.log().check();
        const bool sent = log.reason != word(Reason::event_log_not_sent);
        const Reason reason =
            sent ? reason_named(log.reason).value_or(Reason::boot_not_appraised) : Reason::boot_not_appraised;
        return without(Verdict::none, reason, log.detail);
    }
    const BootJudgement judged = judge_boot(facts.log().measured(firmware), references, today);
    AppraisedAxis axis{judged.verdict, judged.reason, detail_of(judged)};
    CheckResult check = check_of(step::boot_reference, axis);
    BootAppraisal out(std::move(axis), std::move(check));
    out.whole_ = judged.whole;
    if (judged.verdict == Verdict::affirming) {
        out.policy_ = judged.runtime_policy;
        out.command_line_ = facts.log().command_line();
    }
    return out;
}

FirmwareModel firmware_model(const Inventory& inventory) {
    FirmwareModel out;
    for (const Component& component : inventory.components) {
        if (component.kind == ComponentKind::system && out.maker.empty() && out.model.empty()) {
            out.maker = text_of(component, "manufacturer");
            out.model = text_of(component, "product");
            if (out.model.empty()) out.model = text_of(component, "model");
        }
        if (component.kind != ComponentKind::firmware) continue;
        for (const Firmware& firmware : component.firmware) {
            if (out.version.empty() || firmware.name == "bios") out.version = firmware.version.text();
        }
    }
    return out;
}

}  // namespace assay
