#pragma once
// What policy says of an inventory, as the store keeps it and as the worklist asks for it. Pure.

#include "collector/findings/judge.hpp"
#include "collector/store/findings.hpp"
#include "collector/worklist/report.hpp"

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

}  // namespace assay::api
