#include "policy/chain.hpp"

namespace assay::policy {
namespace {

PackRef ref(const Pack& pack, toml::Position at) {
    return PackRef{pack.id, pack.version, pack.date, pack.sha256, at.line};
}

EntityRef ref(const Entity& entity) {
    return EntityRef{entity.id, entity.name, entity.country};
}

}  // namespace

Chain chain_of(const PackSet& packs, const Match& match) {
    Chain out;
    out.identifier = match.identifier;
    out.reason = match.reason;
    out.registry = registry_name(match.pattern);
    out.value = match.pattern.value;
    out.confidence = match.row->confidence;
    out.source = match.row->source;
    out.registered_to = match.row->registered_to;
    out.known_from = ref(*match.known_from, match.row->at);
    out.entity = ref(*match.entity);
    for (const Link* link : match.path)
        out.links.push_back(ChainLink{link->kind, ref(*packs.entity(link->of)), link->citation});
    const ListEntry& entry = *match.entry;
    out.entry = entry.id;
    out.authority = entry.authority;
    out.list = entry.list;
    out.citation = entry.citation;
    out.demands = entry.demands;
    out.inherits = entry.inherits;
    out.listed_in = ref(*match.listed_in, entry.at);
    out.scope = match.scope;
    out.purpose = entry.scope.purpose;
    out.period = entry.period;
    out.action = match.action;
    if (match.action == Action::remove_by) out.deadline = entry.deadline;
    return out;
}

}  // namespace assay::policy
