#pragma once
// Whom the operator trusts to vouch for TPMs: CAs from files of the configuration, CAs and single keys that were added
// with `assay trust add` and stand in the database.

#include "certs/ek_chain.hpp"
#include "collector/store/database.hpp"

#include <span>
#include <string>

namespace assay::collector {

// Errors name the file, or the certificate in the database, that is no CA.
Result<TrustAnchors> load_anchors(std::span<const std::string> files, store::Database& db);

}  // namespace assay::collector
