#pragma once
// A proven enrolment becomes a device, in one transaction: the unique constraints on EKs and AKs decide which device it
// is, not a look before. Nothing durable happens before the proof.

#include "collector/store/enrolments.hpp"
#include "collector/store/tokens.hpp"
#include "collector/verifier/enrolment.hpp"

#include <expected>
#include <optional>
#include <string>

namespace assay::api {

struct EnrolmentContext {
    std::string peer;
    UnixMillis now;
    bool join_token_required = true;
};

// Rejected: join_token_required, join_token_unknown, join_token_expired, join_token_used_up.
[[nodiscard]] std::expected<void, RejectedAttempt> check_join_token(
    store::Database& db, const std::optional<std::string>& token, UnixMillis now
);

// Before certificates are looked at, which is work that a stranger could ask for without end: who names no EK that is
// known has to bring a usable join token. What no request is, is left to check_enrolment. Rejected: as above.
[[nodiscard]] std::expected<void, RejectedAttempt> check_admission(
    store::Database& db, std::string_view body, UnixMillis now
);

// What was recorded, or why nothing was:
//  - none of the EKs known: a new device, one use of the join token, generation 1;
//  - one device known, its AK the one in force: nothing changes but EKs that are new; also ends a review that the keys'
//    tier no longer asks for;
//  - one device known, another AK: the next generation, history kept (an AK it had before: that generation again);
//  - two devices known (ek_of_other_device), an AK of another device (ak_of_other_device): rejected, a conflict is
//    noted for the operator, both devices stay as they are;
//  - a retired device: rejected (device_retired).
[[nodiscard]] std::expected<EnrolmentResult, RejectedAttempt> record_enrolment(
    store::Database& db, const ProvenEnrolment& proven, const EnrolmentContext& context
);

}  // namespace assay::api
