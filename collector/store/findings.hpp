#pragma once
// The current findings of each device. A finding is kept as what it says, so that it explains itself even after the
// pack that made it was replaced.

#include "collector/store/devices.hpp"
#include "evidence/proof.hpp"

#include <span>
#include <string>
#include <vector>

namespace assay::store {

struct StoredFinding {
    DeviceId device;
    std::string id;         // as collector/findings makes it; unique within the device
    std::string component;  // its key
    std::string entry;      // the list entry's id
    std::string entity;     // id of the entity that the part's identifier belongs to
    std::string named;      // id of the entity that the list names; often the same
    std::string authority;
    std::string list;
    std::string action;    // "inform", "no_new_purchase", "review", "remove_by"
    std::string deadline;  // "2026-11-23" with remove_by, else ""
    std::string reason;    // how the identifier matched: a word of policy's reasons
    std::string excepted;  // id of the exception that covers it, or ""
    ProofLevel proof = ProofLevel::declared;
    std::string explanation;  // canonical JSON of the whole finding
    UnixMillis first_seen_at;
    UnixMillis last_seen_at;  // when an evaluation last said so
};

// Makes these the device's findings; first_seen_at of what stays is kept. True when anything changed.
bool replace_findings(Database& db, const DeviceId& id, std::span<const StoredFinding> findings, UnixMillis now);
// For queries that begin with these columns.
inline constexpr Sql finding_columns(
    "f.device_id, f.finding, f.component, f.entry, f.entity, f.named, f.authority, f.list, f.action, f.deadline, "
    "f.reason, f.excepted, f.proof, f.explanation, f.first_seen_at, f.last_seen_at"
);
inline constexpr int finding_column_count = 16;
StoredFinding read_finding(const Cursor& row);
std::vector<StoredFinding> findings_of(Database& db, const DeviceId& id);

}  // namespace assay::store
