#include "collector/api/device_judgement.hpp"

#include "base/json.hpp"
#include "collector/findings/find_conflicts.hpp"
#include "collector/findings/unknown_identifier.hpp"

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

store::StoredConflict stored_conflict(const Conflict& conflict) {
    const ConflictSide& number = conflict.statements.at(0);
    const ConflictSide& other = conflict.statements.at(1);
    store::StoredConflict out;
    out.id = conflict.id;
    out.component = conflict.component;
    out.rule = std::string(name(conflict.rule));
    out.registry = number.what;
    out.value = number.value;
    out.holder = number.holder;
    out.against = other.holder;
    out.proof = conflict.proof;
    out.explanation = json::canonical(to_json(conflict));
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

IdentityJudgement judge_identities(
    const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries,
    const DeviceFacts& facts
) {
    IdentityJudgement out;
    for (const Conflict& conflict : find_conflicts(inventory, packs, registries, facts))
        out.conflicts.push_back(stored_conflict(conflict));
    for (const UnknownIdentifier& unknown : find_unknown(inventory, packs, registries)) {
        out.unknown.push_back(
            {unknown.component,
             std::string(name(unknown.identifier.registry)),
             unknown.identifier.value,
             unknown.vendor,
             std::string(policy::name(unknown.why)),
             {}}
        );
    }
    return out;
}

}  // namespace assay::api
