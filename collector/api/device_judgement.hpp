#pragma once
// What policy and registries say of an inventory, as the store keeps it and as the worklist asks for it. Pure.

#include "collector/findings/judge.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/identities.hpp"
#include "collector/worklist/report.hpp"
#include "policy/registries.hpp"

#include <vector>

namespace assay::api {

struct PolicyJudgement {
    std::vector<store::StoredFinding> findings;
    std::vector<worklist::Judged> demands;  // of findings that no exception covers
};

PolicyJudgement judge_inventory(
    const DeviceId& device, const Inventory& inventory, const policy::PackSet& packs, Date as_of,
    const DeviceFacts& facts
);

// Of these the worklist hears nothing: a contradiction is looked at, and never asks for work by itself.
struct IdentityJudgement {
    std::vector<store::StoredConflict> conflicts;
    std::vector<store::StoredUnknown> unknown;
};

IdentityJudgement judge_identities(
    const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries,
    const DeviceFacts& facts
);

}  // namespace assay::api
