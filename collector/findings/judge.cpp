#include "collector/findings/judge.hpp"

#include "collector/findings/shown_part.hpp"

#include <algorithm>

namespace assay {
namespace {

bool covers(
    const policy::Exception& exception, const policy::Match& match, const Component& component,
    const DeviceFacts& facts, Date as_of
) {
    const auto any_or = [](const std::string& wanted, const std::string& is) { return wanted.empty() || wanted == is; };
    return exception.period.covers(as_of) && any_or(exception.entity, match.entity->id) &&
           any_or(exception.site, facts.site) && any_or(exception.device, facts.device) &&
           any_or(exception.component, component.key);
}

// Of several that cover it, the one that lasts longest.
std::optional<Excepted> exception_for(
    const policy::PackSet& packs, const policy::Match& match, const Component& component, const DeviceFacts& facts,
    Date as_of
) {
    const policy::Exception* best = nullptr;
    for (const policy::PackSet::Waiver& waiver : packs.exceptions_from(match.entry->id)) {
        const policy::Exception& one = *waiver.exception;
        if (!covers(one, match, component, facts, as_of)) continue;
        if (best == nullptr || best->period.until->earliest() < one.period.until->earliest()) best = &one;
    }
    if (best == nullptr) return std::nullopt;
    return Excepted{best->id, best->approver, best->document, *best->period.until};
}

}  // namespace

std::vector<Finding> judge(
    const Inventory& inventory, const policy::PackSet& packs, Date as_of, const DeviceFacts& facts
) {
    const policy::Context context{facts.role, facts.site_tags};
    std::vector<Finding> out;
    for (const Component& component : inventory.components) {
        for (const policy::Match& match : policy::match(packs, component, as_of, context)) {
            Finding finding;
            finding.id = finding_id(facts.device, component.key, match.entry->id, match.identifier);
            finding.device = facts.device;
            finding.site = facts.site;
            finding.role = facts.role;
            finding.component = component.key;
            finding.kind = component.kind;
            finding.names = readable_names(component);
            finding.location = component.location;
            finding.proof = inventory.replayed ? ProofLevel::declared : facts.proof;
            finding.chain = policy::chain_of(packs, match);
            finding.excepted = exception_for(packs, match, component, facts, as_of);
            out.push_back(std::move(finding));
        }
    }
    return out;
}

}  // namespace assay
