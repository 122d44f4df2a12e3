#include "collector/verifier/outcome.hpp"

#include <algorithm>

namespace assay {

Refusal refusal_of(const RejectedAttempt& attempt) {
    return {
        .code = std::string(word(attempt.code)),
        .reason = std::string(word(attempt.reason)),
        .where = attempt.where,
        .what = attempt.what
    };
}

CheckResult passed(std::string_view step) {
    return {.check = std::string(step), .outcome = "passed", .reason = "", .detail = ""};
}

CheckResult passed(std::string_view step, Reason beside, std::string detail) {
    return {
        .check = std::string(step),
        .outcome = "passed",
        .reason = std::string(word(beside)),
        .detail = std::move(detail)
    };
}

CheckResult failed(std::string_view step, Reason reason, std::string detail) {
    return {
        .check = std::string(step),
        .outcome = "failed",
        .reason = std::string(word(reason)),
        .detail = std::move(detail)
    };
}

CheckResult not_appraised(std::string_view step, Reason reason, std::string detail) {
    return {
        .check = std::string(step),
        .outcome = "not_appraised",
        .reason = std::string(word(reason)),
        .detail = std::move(detail)
    };
}

CheckResult check_of(std::string_view step, const AppraisedAxis& axis) {
    switch (axis.verdict) {
        case Verdict::affirming: return passed(step, axis.reason, axis.detail);
        case Verdict::none: return not_appraised(step, axis.reason, axis.detail);
        case Verdict::warning:
        case Verdict::contraindicated: break;
    }
    return failed(step, axis.reason, axis.detail);
}

const CheckResult* failed_check(const std::vector<CheckResult>& checks, std::string_view step) {
    const auto found = std::ranges::find_if(checks, [step](const CheckResult& one) {
        return one.check == step && one.outcome == "failed";
    });
    return found == checks.end() ? nullptr : &*found;
}

}  // namespace assay
