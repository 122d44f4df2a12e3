#pragma once
// The rules by which statements of one inventory contradict each other (docs/PACKS.md). Pure. The day does not matter:
// a snapshot is of its own.

#include "collector/findings/conflict.hpp"
#include "collector/findings/judge.hpp"
#include "policy/registries.hpp"

#include <vector>

namespace assay {

// Of `facts` the device and the proof level count; both as in judge(). REQUIRES: `inventory` as decode_inventory gave
// it, or normalised. Sorted by component, rule and id; no two have the same id.
std::vector<Conflict> find_conflicts(
    const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries,
    const DeviceFacts& facts = {}
);

}  // namespace assay
