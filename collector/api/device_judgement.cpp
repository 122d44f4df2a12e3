#include "collector/api/device_judgement.hpp"

#include "base/json.hpp"

namespace assay::api {
namespace {

store::StoredFinding stored_finding(const DeviceId& device, const Finding& finding) {
    store::StoredFinding out;
    out.device = device;
    out.id = finding.id;
    out.component = finding.component;
    out.entry = finding.chain.entry;
    out.entity = finding.chain.entity.id;
    out.named = finding.chain.named().id;
    out.authority = finding.chain.authority;
    out.list = finding.chain.list;
    out.action = std::string(name(finding.chain.action));
    if (finding.chain.deadline) out.deadline = finding.chain.deadline->text();
    out.reason = std::string(name(finding.chain.reason));
    if (finding.excepted) out.excepted = finding.excepted->id;
    out.proof = finding.proof;
    out.explanation = json::canonical(to_json(finding));
    return out;
}

worklist::Demand demand_of(const Finding& finding) {
    return {
        finding.id,
        finding.chain.entry,
        finding.chain.entity.id,
        finding.chain.authority,
        std::string(name(finding.chain.action)),
        finding.chain.deadline
    };
}

}  // namespace

PolicyJudgement judge_inventory(
    const DeviceId& device, const Inventory& inventory, const policy::PackSet& packs, Date as_of,
    const DeviceFacts& facts
) {
    PolicyJudgement out;
    for (const Finding& finding : judge(inventory, packs, as_of, facts)) {
        out.findings.push_back(stored_finding(device, finding));
        if (finding.excepted) continue;
        if (out.demands.empty() || out.demands.back().component != finding.component) {
            out.demands.push_back({finding.component, {}});
        }
        out.demands.back().demands.push_back(demand_of(finding));
    }
    return out;
}

}  // namespace assay::api
