#pragma once
// What registers say of each device's parts beside findings: identity conflicts, and numbers that nobody is known to
// hold. Replaced with every judgement, in its transaction; a row that stays as it is is not written again.

#include "collector/store/lists.hpp"

#include <span>
#include <string>
#include <vector>

namespace assay::store {

struct StoredConflict {
    std::string id;         // as collector/findings makes it; unique within the device
    std::string component;  // its key
    std::string rule;
    std::string registry;  // of the number that is in question
    std::string value;
    std::string holder;   // whose it is
    std::string against;  // what speaks of another
    ProofLevel proof = ProofLevel::declared;
    std::string explanation;  // canonical JSON of the whole conflict
    UnixMillis first_seen_at;
};

struct StoredUnknown {
    std::string component;  // its key
    std::string registry;
    std::string value;
    std::string vendor;  // its holder's part
    std::string reason;  // a word of policy's reasons
    UnixMillis first_seen_at;
    friend bool operator==(const StoredUnknown&, const StoredUnknown&) = default;
};

// Make these the device's; first_seen_at of what stays is kept, that of what is given does not count.
void replace_conflicts(Database& db, const DeviceId& id, std::span<const StoredConflict> conflicts, UnixMillis now);
void replace_unknown(Database& db, const DeviceId& id, std::span<const StoredUnknown> unknown, UnixMillis now);
std::vector<StoredUnknown> unknown_of(Database& db, const DeviceId& id);

struct IdentityCounts {
    std::uint64_t conflicts = 0;
    std::uint64_t unknown = 0;  // different numbers
};
IdentityCounts count_identities(Database& db, const DeviceId& id);

struct ConflictFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<ComponentKind> kind;
    std::optional<std::string> rule;
    PartNumber number;                // of the part
    std::optional<UnixMillis> since;  // first seen then or later
};
struct ConflictRow {
    Owner owner;
    StoredConflict conflict;
    Component component;
};
// By device and id.
std::vector<ConflictRow> list_conflicts(
    Database& db, const ConflictFilter& filter, const std::optional<PartCursor>& after, std::size_t limit
);

struct UnknownFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<std::string> registry;
    std::optional<std::string> reason;
    std::optional<UnixMillis> since;  // on some part first seen then or later
};
struct UnknownCursor {
    std::string registry;
    std::string vendor;
};
// One for each vendor's part of a registry, with the part that it was first seen on.
struct UnknownRow {
    std::string registry;
    std::string vendor;
    std::uint64_t values = 0;  // different numbers of this vendor
    std::uint64_t devices = 0;
    std::uint64_t components = 0;
    UnixMillis first_seen_at;
    StoredUnknown example;
    Owner owner;          // of the example
    Component component;  // the example's
};
// By registry and vendor. Counts and examples are of what the filter takes.
std::vector<UnknownRow> list_unknown(
    Database& db, const UnknownFilter& filter, const std::optional<UnknownCursor>& after, std::size_t limit
);

}  // namespace assay::store
