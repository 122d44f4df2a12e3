#pragma once
// The report bundle of a device: its last accepted report with everything that the appraisal rested on, read from the
// store (collector/bundle/bundle.hpp).

#include "collector/bundle/bundle.hpp"
#include "collector/store/database.hpp"

namespace assay::api {

// Errors: not_found where there is no device, no accepted report of it, or only one of a collector that kept no nonces.
Result<Bundle> bundle_of(store::Database& db, const DeviceId& id, std::string made_by, UnixMillis now);

}  // namespace assay::api
