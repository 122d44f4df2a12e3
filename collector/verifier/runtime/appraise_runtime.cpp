#include "collector/verifier/runtime/appraise_runtime.hpp"

#include "base/encoding.hpp"

namespace assay {
namespace {

Reason reason_of(RuntimeReason found) {
    switch (found) {
        case RuntimeReason::violation: return Reason::ima_violation;
        case RuntimeReason::ima_policy_unknown:
        case RuntimeReason::ima_policy_exempts:
        case RuntimeReason::entries_excluded: return Reason::runtime_exempt;
        case RuntimeReason::agent_not_among: return Reason::agent_not_measured;
        case RuntimeReason::kernel_replaced: return Reason::kernel_replaced;
        default: return Reason::runtime_not_accepted;
    }
}

std::string shown(const RuntimeFinding& finding) {
    std::string out(word(finding.reason));
    if (finding.count > 1) out += " (" + std::to_string(finding.count) + ")";
    return finding.detail.empty() ? out : out + ": " + finding.detail;
}

std::string detail_of(const RuntimeJudgement& judged, const RuntimeState& state) {
    std::string out;
    const auto add = [&out](const std::string& text) {
        if (out.size() + text.size() + 2 <= detail_bytes) out += (out.empty() ? "" : "; ") + text;
    };
    for (const RuntimeFinding& finding : judged.findings) add(shown(finding));
    for (const Offence& one : state.offences) {
        add("entry " + std::to_string(one.entry) + " " + shown_name(one) + " " + one.digest + " (" +
            std::string(word(one.reason)) + ")");
    }
    if (judged.findings.empty()) add(std::to_string(state.accepted) + " entries accepted");
    return out;
}

// The worst of the findings says why.
Reason worst_reason(const RuntimeJudgement& judged) {
    for (const RuntimeFinding& finding : judged.findings) {
        if (verdict_of(finding.reason) == judged.verdict) return reason_of(finding.reason);
    }
    return Reason::runtime_accepted;
}

// Judged up to what the segment has of the list, which is written down; and further, with the tail.
struct Progress {
    RuntimeState kept;
    RuntimeState now;
};

std::optional<Progress> judge_list(
    const Facts& facts, const ImaEvidence& list, const RuntimePolicy& policy, const EarlierRuntime& earlier
) {
    const PcrValues& values = facts.quote().pcr_values();
    Progress out;
    if (list.begins_anew()) {
        out.kept = start_runtime(policy);  // another boot: what was found in an earlier one is over
    } else if (earlier.progress && earlier.progress->policy == policy.sha256()) {
        out.kept = *earlier.progress;
        if (list.after_kexec()) after_kexec(out.kept);
    } else {
        out.kept = start_runtime(policy);
        const auto known = earlier.entries();
        if (!known || list.after_kexec()) return std::nullopt;
        judge_entries(out.kept, policy, 0, *known, values);
    }
    const auto entries = list.entries();
    const auto of_segment = entries.first(list.entries_of_segment());
    judge_entries(out.kept, policy, list.first_entry(), of_segment, values);
    out.now = out.kept;
    judge_entries(out.now, policy, list.first_entry() + of_segment.size(), entries.subspan(of_segment.size()), values);
    return out;
}

}  // namespace

RuntimeAppraisal appraise_runtime(
    const Facts& facts, const ImaEvidence& list, const BootAppraisal& boot, const RuntimePolicies& policies,
    const EarlierRuntime& earlier
) {
    const auto without = [&list](Verdict verdict, Reason reason, std::string detail) {
        return RuntimeAppraisal(
            {verdict, reason, std::move(detail)}, list.check(), not_appraised(step::runtime_policy, reason, "")
        );
    };
    if (list.check().outcome == "failed") {
        const Reason reason = reason_named(list.check().reason).value_or(Reason::ima_mismatch);
        return without(Verdict::contraindicated, reason, list.check().detail);
    }
    if (!list.proven()) {
        const Reason reason = reason_named(list.check().reason).value_or(Reason::runtime_not_appraised);
        const bool no_list = reason == Reason::ima_not_sent;
        return without(Verdict::none, no_list ? Reason::runtime_not_appraised : reason, list.check().detail);
    }
    if (!boot.affirmed()) return without(Verdict::none, Reason::runtime_needs_boot, "");
    if (!boot.policy()) return without(Verdict::none, Reason::runtime_policy_missing, "");
    const auto policy = policies.find(*boot.policy());
    if (policy == policies.end()) {
        return without(
            Verdict::none, Reason::runtime_policy_missing, "there is none with SHA-256 " + to_hex(*boot.policy())
        );
    }
    auto progress = judge_list(facts, list, *policy->second, earlier);
    if (!progress) {
        return without(
            Verdict::none, Reason::ima_incomplete,
            "earlier entries of this boot have to be judged and are not kept: restart the device"
        );
    }
    const RuntimeJudgement judged = judge_runtime(progress->now, {list.outcome(), list.replay(), boot.command_line()});
    AppraisedAxis axis{judged.verdict, worst_reason(judged), detail_of(judged, progress->now)};
    CheckResult check = check_of(step::runtime_policy, axis);
    RuntimeAppraisal out(std::move(axis), list.check(), std::move(check));
    out.progress_ = std::move(progress->kept);
    return out;
}

}  // namespace assay
