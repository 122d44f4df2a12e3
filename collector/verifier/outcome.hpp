#pragma once
// Whose failure it is (DESIGN section 3). Up to and including extraData a failure says nothing about the device: it is
// a RejectedAttempt, answered, counted and kept in a bounded list. After that it is the device's own: a DeviceFailure,
// which ends in its standing. Two types without a common base, so that one cannot be taken for the other.

#include "base/result.hpp"
#include "collector/verifier/standing.hpp"
#include "evidence/messages.hpp"
#include "evidence/reason.hpp"

#include <string>
#include <vector>

namespace assay {

struct RejectedAttempt {
    Reason reason = Reason::malformed_message;
    Errc code = Errc::bad_value;
    std::string where;  // the field, or ""
    std::string what;   // one sentence, no secret and no expected value in it
    friend bool operator==(const RejectedAttempt&, const RejectedAttempt&) = default;
};

Refusal refusal_of(const RejectedAttempt& attempt);

struct DeviceFailure {
    Reason reason = Reason::pcr_digest_mismatch;
    std::string detail;
    std::vector<CheckResult> checks;  // the steps up to the failed one
    friend bool operator==(const DeviceFailure&, const DeviceFailure&) = default;
};

// The steps, in the order of the check; their words stand in answers and in `assay devices ID --why`.
namespace step {
inline constexpr std::string_view magic = "magic";
inline constexpr std::string_view type = "type";
inline constexpr std::string_view signature = "signature";
inline constexpr std::string_view signer = "qualified_signer";
inline constexpr std::string_view binding = "extra_data";
inline constexpr std::string_view selection = "pcr_selection";
inline constexpr std::string_view pcr_digest = "pcr_digest";
inline constexpr std::string_view statement = "statement";
inline constexpr std::string_view documents = "documents";
inline constexpr std::string_view event_log = "event_log";
inline constexpr std::string_view pcr_zero = "pcr_not_zero";
inline constexpr std::string_view ima = "ima";
inline constexpr std::string_view previous = "previous";
inline constexpr std::string_view counters = "counters";
inline constexpr std::string_view tpm_firmware = "tpm_firmware";
inline constexpr std::string_view boot_reference = "boot_reference";
inline constexpr std::string_view runtime_policy = "runtime_policy";
}  // namespace step

// What a check tells beside its outcome is cut here: an answer takes 1,024 bytes, and something may follow.
inline constexpr std::size_t detail_bytes = 960;

CheckResult passed(std::string_view step);
CheckResult passed(std::string_view step, Reason beside, std::string detail);
CheckResult failed(std::string_view step, Reason reason, std::string detail);
CheckResult not_appraised(std::string_view step, Reason reason, std::string detail);
// What the axis came to, as the step that decided it: affirming has passed, `none` was not appraised.
CheckResult check_of(std::string_view step, const AppraisedAxis& axis);

// nullptr: the step has not failed, or is not there.
const CheckResult* failed_check(const std::vector<CheckResult>& checks, std::string_view step);

}  // namespace assay
