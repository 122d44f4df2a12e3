#pragma once
// Devices that attack whoever looks at them: every string that a device can give of itself, in its enrolment, its TPM's
// certificate, its statements and its three documents, is markup, a control or direction character, the start of a
// formula, or as long as it may be. Each holds parts of a covered vendor, so that it stands on every page.

#include "base/json.hpp"
#include "tests/e2e/fleet/arrival.hpp"

namespace assay::fleet {

// What the collector must refuse at its door (C0 control characters, wherever they stand) is sent first and throws
// std::runtime_error when it is not refused; then what it must take. Returns {"devices": [{id, attack}], "refused":
// [..]}.
json::Object run_hostile_devices(const Target& target);

}  // namespace assay::fleet
