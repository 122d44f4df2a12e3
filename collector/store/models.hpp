#pragma once
// A component's model: its kind with its identifiers, MAC addresses cut to the longest block that is ever assigned, so
// that parts that no list can tell apart are one model. Pure.

#include "evidence/component.hpp"

namespace assay::store {

std::vector<Identifier> model_identifiers(const Component& component);  // sorted, no duplicates
Sha256 model_fingerprint(const Component& component);

}  // namespace assay::store
