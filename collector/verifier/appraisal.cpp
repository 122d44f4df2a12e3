#include "collector/verifier/appraisal.hpp"

namespace assay {
namespace {

AppraisedAxis axis_of(Verdict verdict, const CheckResult& check) {
    return {verdict, reason_named(check.reason).value_or(Reason::internal_error), check.detail};
}

// The agent's own mistakes leave the device unappraised; what the TPM signed wrongly speaks against it.
Verdict verdict_of(Reason reason) {
    switch (reason) {
        case Reason::statement_malformed:
        case Reason::document_malformed:
        case Reason::document_missing: return Verdict::warning;
        default: return Verdict::contraindicated;
    }
}

AppraisedAxis identity_of(const Facts& facts) {
    const std::vector<CheckResult>& checks = facts.checks();
    if (const CheckResult* counters = failed_check(checks, step::counters)) {
        const bool cleared = facts.counters().change == CounterChange::cleared;
        return axis_of(cleared ? Verdict::warning : Verdict::contraindicated, *counters);
    }
    for (const std::string_view step : {step::previous, step::tpm_firmware}) {
        if (const CheckResult* check = failed_check(checks, step)) return axis_of(Verdict::warning, *check);
    }
    return {Verdict::affirming, Reason::quote_accepted, ""};
}

VerdictState advance_axis(const VerdictState& before, const AppraisedAxis& axis, UnixMillis now) {
    const bool same = before.verdict == axis.verdict && before.reason == axis.reason;
    return {axis.verdict, axis.reason, axis.detail, same ? before.since : now};
}

// The steps of the report, then those that rest on what an operator accepted.
std::shared_ptr<const std::vector<CheckResult>> all_checks(
    const Facts& facts, const BootAppraisal& boot, const RuntimeAppraisal& runtime
) {
    auto out = std::make_shared<std::vector<CheckResult>>();
    out->reserve(facts.checks().size() + 3);
    *out = facts.checks();
    out->push_back(runtime.list_check());
    out->push_back(boot.check());
    out->push_back(runtime.policy_check());
    return out;
}

}  // namespace

Appraisal appraise(const Facts& facts, const BootAppraisal& boot, const RuntimeAppraisal& runtime) {
    Appraisal out;
    out.checks_ = all_checks(facts, boot, runtime);
    out.superseded_ = facts.counters().change == CounterChange::superseded;
    out.accepted_ = !out.superseded_;
    out.identity_ = identity_of(facts);
    out.boot_ = boot.axis();
    out.runtime_ = runtime.axis();
    // A verdict follows the next report; who cleared or rolled back a TPM is for a person to find out.
    if (failed_check(facts.checks(), step::counters) != nullptr) out.review_ = out.identity_;
    return out;
}

Appraisal appraise(const DeviceFailure& failure) {
    Appraisal out;
    out.checks_ = std::make_shared<const std::vector<CheckResult>>(failure.checks);
    out.identity_ = {verdict_of(failure.reason), failure.reason, failure.detail};
    out.boot_ = {Verdict::none, Reason::earlier_check_failed, ""};
    out.runtime_ = out.boot_;
    return out;
}

Standing advance(
    const Standing& before, const Appraisal& appraisal, UnixMillis now, std::chrono::milliseconds valid_for
) {
    if (appraisal.superseded()) return before;
    Standing out = before;
    out.identity = advance_axis(before.identity, appraisal.identity(), now);
    out.boot = advance_axis(before.boot, appraisal.boot(), now);
    out.runtime = advance_axis(before.runtime, appraisal.runtime(), now);
    if (appraisal.accepted()) {
        out.reported_at = now;
        out.valid_until = now + valid_for;
    }
    if (appraisal.review() && out.lifecycle.state == Lifecycle::active) {
        set_lifecycle(out, Lifecycle::pending_review, appraisal.review()->reason, appraisal.review()->detail, now);
    }
    return out;
}

ReportResult report_result(
    const Standing& standing, const Appraisal& appraisal, const Sha256& accepted, std::chrono::seconds next_report
) {
    ReportResult out;
    out.lifecycle = std::string(name(standing.lifecycle.state));
    out.identity = std::string(name(standing.identity.verdict));
    out.boot = std::string(name(standing.boot.verdict));
    out.runtime = std::string(name(standing.runtime.verdict));
    out.checks = appraisal.checks();
    out.accepted = accepted;
    out.next_report_s = static_cast<std::uint64_t>(next_report.count());
    return out;
}

}  // namespace assay
