#pragma once
// Enrolments that were proven: the tier that the evidence reached, and what an operator decided where one had to.
// Challenges are not kept: they live and die with a connection.

#include "collector/store/devices.hpp"

#include <span>
#include <vector>

namespace assay::store {

enum class Decision {
    automatic,  // the tier admits by itself
    pending,    // waits for an operator
    approved,
    rejected,
};
std::string_view name(Decision decision);
std::optional<Decision> decision_named(std::string_view name);

struct Enrolment {
    DeviceId device;
    std::uint64_t generation = 0;
    Reason tier = Reason::ek_no_certificate;  // how the best of its EKs is vouched for: one of the ek_* reasons
    std::string detail;                       // one sentence: which CA was reached, or which is missing
    Decision decision = Decision::pending;
    std::string decided_by;
    std::string note;
    std::optional<UnixMillis> decided_at;
    std::string agent_version;
    std::string peer;        // address it came from
    Sha256 join_token{};     // SHA-256 of the token used; zero: none
    UnixMillis enrolled_at;  // when the proof was accepted
};

// ConstraintBroken when this generation has one.
void add_enrolment(Database& db, const Enrolment& enrolment);
std::optional<Enrolment> find_enrolment(Database& db, const DeviceId& id, std::uint64_t generation);
// The certificates that the TPM's NV held besides those of the EKs, as they came last: hostile.
void set_enrolment_chain(Database& db, const DeviceId& id, std::span<const Bytes> chain);
std::vector<Bytes> enrolment_chain(Database& db, const DeviceId& id);
// The evidence reached another tier.
void set_tier(
    Database& db, const DeviceId& id, std::uint64_t generation, Reason tier, std::string_view detail, Decision decision
);
// For queries that begin with these columns.
inline constexpr Sql enrolment_columns(
    "e.device_id, e.generation, e.tier, e.detail, e.decision, e.decided_by, e.note, e.decided_at, e.agent_version, "
    "e.peer, e.join_token, e.enrolled_at"
);
inline constexpr int enrolment_column_count = 12;
Enrolment read_enrolment(const Cursor& row);

// Decides about a device that is pending_review: sets the lifecycle (approved: active, rejected: retired), notes it at
// the enrolment of its generation, takes the last quote's firmwareVersion as the one approved, raises the epoch and
// adds an event. Errors: not_found; conflict (it does not wait for review).
Result<void> decide_enrolment(
    Database& db, const DeviceId& id, Decision decision, std::string_view actor, std::string_view note
);

// A proven set of keys that belongs to two known devices: nothing is changed, a person has to look.
struct EnrolmentConflict {
    UnixMillis at;
    std::string peer;
    std::vector<DeviceId> devices;
    std::string detail;
};
void add_conflict(Database& db, const EnrolmentConflict& conflict);  // bounded: the oldest go
std::vector<EnrolmentConflict> conflicts(Database& db, std::size_t newest);

}  // namespace assay::store
