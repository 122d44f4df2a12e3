#pragma once
// What the operator added to what is trusted: CAs of TPM vendors beyond those shipped, and single endorsement keys.

#include "collector/store/database.hpp"

#include <vector>

namespace assay::store {

struct TrustAnchor {
    Sha256 sha256{};  // of the DER
    Bytes der;
    std::string subject;
    std::string note;
    std::string added_by;
    UnixMillis added_at;
};
bool add_trust_anchor(Database& db, const TrustAnchor& anchor);  // false: it was there
bool remove_trust_anchor(Database& db, const Sha256& sha256);
std::vector<TrustAnchor> trust_anchors(Database& db);

struct AllowedEk {
    Sha256 fingerprint{};
    std::string note;
    std::string added_by;
    UnixMillis added_at;
};
bool add_allowed_ek(Database& db, const AllowedEk& key);
std::vector<AllowedEk> allowed_eks(Database& db);

}  // namespace assay::store
