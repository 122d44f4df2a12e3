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
    std::string component;  // its key
    std::string entry;      // the list entry's id; unique with device and component
    std::string entity;     // id of the listed entity
    std::string authority;
    std::string list;
    std::string action;       // "inform", "no_new_purchase", "review", "remove_by"
    std::string deadline;     // "2026-11-23" with remove_by, else ""
    std::string reason;       // how the identifier matched: a word of policy's reasons
    std::string excepted;     // id of the exception that covers it, or ""
    std::string explanation;  // canonical JSON: component -> identifier -> entity -> entry -> scope -> dates -> action
    ProofLevel proof = ProofLevel::declared;
    UnixMillis first_seen_at;
    UnixMillis last_seen_at;  // when it last came out of an evaluation that changed anything
};

// Makes these the device's findings; first_seen_at of what stays is kept. True when anything changed.
bool replace_findings(Database& db, const DeviceId& id, std::span<const StoredFinding> findings, UnixMillis now);
std::vector<StoredFinding> findings_of(Database& db, const DeviceId& id);

}  // namespace assay::store
