#pragma once
// Which list entries a component falls under, and why. Numbers identify; the names that a device gives of itself are
// never looked at. Every match is a whole chain: identifier -> reason -> row of a pack -> entity -> links -> list entry
// -> scope -> dates -> action. The day is a parameter: the judgement of any past day can be made again. What is NOT
// said here: that the identifier is true (it is as good as its component's proof level), or that no match means clean.

#include "policy/pack_set.hpp"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace assay::policy {

// What the operator says of the place where the component works. Empty: nobody has said.
struct Context {
    std::string role;
    std::set<std::string> site_tags;
};

enum class ScopeResult {
    in_scope,
    purpose_limited,    // the entry holds for some purposes only: a person decides
    role_unknown,       // the entry holds for some roles, and nobody has said the device's role
    site_tags_unknown,  // the entry holds for some sites, and nobody has tagged the site
};
std::string_view name(ScopeResult result);
std::string_view meaning(ScopeResult result);

// Points into the PackSet, which must outlive it.
struct Match {
    Identifier identifier;  // the component's own
    MatchReason reason = MatchReason::device_chip;
    Pattern pattern;  // what of it the pack knows
    const Pack* known_from = nullptr;
    const IdentifierRow* row = nullptr;
    const Entity* entity = nullptr;  // whose number it is
    std::vector<const Link*> path;   // from that entity to the one the entry names; empty when they are the same
    const Entity* named = nullptr;
    const Pack* listed_in = nullptr;
    const ListEntry* entry = nullptr;
    ScopeResult scope = ScopeResult::in_scope;
    Action action = Action::inform;  // the entry's, or review where the scope could not be settled
};

// Everything that does not depend on where the device stands: entries in force on `as_of` for a part of this kind with
// these identifiers, at most one match for an identifier and an entry. Entries for services only never match. Order: by
// identifier as given, then entry id. Each identifier is judged by itself, so what was found for a set of identifiers
// can be kept and joined: a caller caches by kind and identifiers, with the bits of MAC addresses after the first 36
// set to zero: no block is longer. Costs a few hash look-ups for an identifier that no pack knows.
std::vector<Match> match_model(
    const PackSet& packs, std::span<const Identifier> identifiers, ComponentKind kind, Date as_of
);

// The match as it stands in a place: nothing when the entry is for other roles or sites.
std::optional<Match> in_context(Match match, const Context& context);

// match_model, then in_context for each.
std::vector<Match> match(const PackSet& packs, const Component& component, Date as_of, const Context& context);

}  // namespace assay::policy
