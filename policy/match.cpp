#include "policy/match.hpp"

#include <algorithm>
#include <unordered_set>

namespace assay::policy {
namespace {

// An entity that the links lead to: by which link, from which earlier step. The first step is the beginning.
struct Step {
    std::string_view to;
    const Link* link = nullptr;
    std::size_t previous = 0;
};

// Every entity that `start` leads to by links in force, itself first, each by a shortest way. Ends because no entity is
// entered twice.
std::vector<Step> steps_from(const PackSet& packs, std::string_view start, Date as_of, bool affiliates) {
    std::vector<Step> out{Step{start}};
    std::unordered_set<std::string_view> seen{start};
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (const Link* link : packs.links_from(out[i].to)) {
            if (!link->period.covers(as_of) || (!affiliates && link->kind == LinkKind::affiliate)) continue;
            if (seen.insert(link->of).second) out.push_back(Step{link->of, link, i});
        }
    }
    return out;
}

std::vector<const Link*> path_to(const std::vector<Step>& steps, std::size_t at) {
    std::vector<const Link*> out;
    for (; steps[at].link != nullptr; at = steps[at].previous) out.push_back(steps[at].link);
    std::ranges::reverse(out);
    return out;
}

bool inherits_over(const ListEntry& entry, const Step& step, bool affiliates) {
    switch (entry.inherits) {
        case Inheritance::none: return step.link == nullptr;
        case Inheritance::subsidiaries: return !affiliates;
        case Inheritance::subsidiaries_and_affiliates: return affiliates;
    }
    return false;
}

bool applies_to(const ListEntry& entry, ComponentKind kind, Date as_of) {
    const Scope& scope = entry.scope;
    if (scope.service_only || !entry.period.covers(as_of)) return false;
    return scope.kinds.empty() || std::ranges::find(scope.kinds, kind) != scope.kinds.end();
}

// A pattern of an identifier that some pack knows, and the row that holds on this day.
struct Known {
    Pattern pattern;
    PackSet::Row row;
};

std::vector<Known> known_rows(const PackSet& packs, const Identifier& identifier, Date as_of) {
    std::vector<Known> out;
    for (Pattern& pattern : patterns_of(identifier)) {
        const auto rows = packs.rows(pattern);
        const auto held =
            std::ranges::find_if(rows, [as_of](const PackSet::Row& one) { return one.row->period.covers(as_of); });
        if (held == rows.end()) continue;
        out.push_back(Known{std::move(pattern), *held});
        // A smaller block was assigned out of the larger one to its own holder.
        if (identifier.registry == Registry::mac) break;
    }
    return out;
}

// Adds the matches of one identifier, no entry twice: the most specific pattern comes first and stands.
void match_known(
    const PackSet& packs, const Identifier& identifier, const Known& known, ComponentKind kind, Date as_of,
    std::vector<Match>& out
) {
    for (const bool affiliates : {false, true}) {
        const std::vector<Step> steps = steps_from(packs, known.row.row->entity, as_of, affiliates);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            for (const PackSet::Entry& listed : packs.entries_on(steps[i].to)) {
                if (!inherits_over(*listed.entry, steps[i], affiliates) || !applies_to(*listed.entry, kind, as_of))
                    continue;
                if (std::ranges::find(out, listed.entry, &Match::entry) != out.end()) continue;
                Match match;
                match.identifier = identifier;
                match.reason = reason_for(identifier, known.pattern);
                match.pattern = known.pattern;
                match.known_from = known.row.pack;
                match.row = known.row.row;
                match.entity = packs.entity(known.row.row->entity);
                match.path = path_to(steps, i);
                match.named = packs.entity(steps[i].to);
                match.listed_in = listed.pack;
                match.entry = listed.entry;
                match.action = listed.entry->action;
                out.push_back(std::move(match));
            }
        }
    }
}

}  // namespace

std::string_view name(ScopeResult result) {
    switch (result) {
        case ScopeResult::in_scope: return "in_scope";
        case ScopeResult::purpose_limited: return "purpose_limited";
        case ScopeResult::role_unknown: return "role_unknown";
        case ScopeResult::site_tags_unknown: return "site_tags_unknown";
    }
    return "in_scope";
}

std::string_view meaning(ScopeResult result) {
    switch (result) {
        case ScopeResult::in_scope: return "the entry applies to this part here";
        case ScopeResult::purpose_limited:
            return "the entry applies for some purposes only; a person has to say whether this is one";
        case ScopeResult::role_unknown:
            return "the entry applies to devices of some roles only, and the role of this one is not known";
        case ScopeResult::site_tags_unknown:
            return "the entry applies at some sites only, and nothing is known of this one";
    }
    return "";
}

std::vector<Match> match_model(
    const PackSet& packs, std::span<const Identifier> identifiers, ComponentKind kind, Date as_of
) {
    std::vector<Match> out;
    for (const Identifier& identifier : identifiers) {
        std::vector<Match> found;
        for (const Known& known : known_rows(packs, identifier, as_of))
            match_known(packs, identifier, known, kind, as_of, found);
        std::ranges::sort(found, {}, [](const Match& match) -> std::string_view { return match.entry->id; });
        std::ranges::move(found, std::back_inserter(out));
    }
    return out;
}

std::optional<Match> in_context(Match match, const Context& context) {
    const Scope& scope = match.entry->scope;
    const auto unsettled = [&match](ScopeResult result) {
        if (match.scope == ScopeResult::in_scope) match.scope = result;
        match.action = Action::review;
    };
    if (!scope.purpose.empty()) unsettled(ScopeResult::purpose_limited);
    if (!scope.roles.empty()) {
        if (context.role.empty()) {
            unsettled(ScopeResult::role_unknown);
        } else if (std::ranges::find(scope.roles, context.role) == scope.roles.end()) {
            return std::nullopt;
        }
    }
    if (!scope.site_tags.empty()) {
        if (context.site_tags.empty()) {
            unsettled(ScopeResult::site_tags_unknown);
        } else if (std::ranges::none_of(scope.site_tags, [&context](const std::string& tag) {
                       return context.site_tags.contains(tag);
                   })) {
            return std::nullopt;
        }
    }
    return match;
}

std::vector<Match> match(const PackSet& packs, const Component& component, Date as_of, const Context& context) {
    std::vector<Match> out;
    for (Match& one : match_model(packs, component.identifiers, component.kind, as_of)) {
        if (auto placed = in_context(std::move(one), context)) out.push_back(*std::move(placed));
    }
    return out;
}

}  // namespace assay::policy
