#include "collector/verifier/outcome.hpp"

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

}  // namespace assay
