#pragma once
// The policy packs in force: their exact bytes, so that a finding can be judged again as it was.

#include "collector/store/database.hpp"

#include <span>
#include <string>
#include <vector>

namespace assay::store {

struct StoredPack {
    std::string id;
    std::int64_t version = 0;
    std::string date;  // "2026-11-23"
    std::string title;
    Sha256 sha256{};  // of the text
    std::string text;
    UnixMillis loaded_at;
};
// Makes these the active packs; texts of earlier ones are kept. True when anything changed.
bool set_active_packs(Database& db, std::span<const StoredPack> packs);
std::vector<StoredPack> active_packs(Database& db);
std::optional<StoredPack> pack_by_hash(Database& db, const Sha256& sha256);

}  // namespace assay::store
