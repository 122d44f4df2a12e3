#include "collector/worklist/absence_rules.hpp"
#include "evidence/inventory_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace assay::worklist {
namespace {

const SourceReport* source_named(const Inventory& inventory, std::string_view source) {
    const auto found = std::ranges::find(inventory.sources, source, &SourceReport::source);
    return found == inventory.sources.end() ? nullptr : &*found;
}

// Dotted numbers as far as they go: "0.10.1-3" is {0, 10, 1}. Empty when it does not start with a number.
std::vector<unsigned> version_numbers(std::string_view text) {
    std::vector<unsigned> out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        unsigned number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc()) break;
        out.push_back(number);
        at = next;
        if (at == end || *at != '.') break;
        ++at;
    }
    return out;
}

bool as_capable(std::string_view now, std::string_view before) {
    if (now == before) return true;
    const std::vector<unsigned> a = version_numbers(now);
    const std::vector<unsigned> b = version_numbers(before);
    return !a.empty() && !b.empty() && a >= b;
}

Condition source_ok(const Seen& seen) {
    const std::string_view rule = "source_ok";
    if (seen.item.baseline.source.empty()) {
        return not_yet(
            rule, "No source of the agent said that it covers the part's place.",
            "Use an agent whose source for this kind of part says what it covered."
        );
    }
    const SourceReport* source = source_named(*seen.facts.inventory, seen.item.baseline.source);
    if (source != nullptr && source->state == SourceState::ok)
        return holds(rule, "The source " + source->source + " was read without a failure.");
    if (source == nullptr) {
        return contradicted(
            rule, "The source " + seen.item.baseline.source + " is no longer in the report.", "Let the agent read it."
        );
    }
    return not_yet(
        rule, fmt::format("The source {} says {}: {}", source->source, name(source->state), source->detail),
        "Let the agent read it: assay-agent doctor says what is missing."
    );
}

Condition place_covered(const Seen& seen) {
    const std::string_view rule = "place_covered";
    const SourceReport* source = source_named(*seen.facts.inventory, seen.item.baseline.source);
    if (source == nullptr || seen.item.baseline.places.empty())
        return not_yet(rule, "Nothing says that the part's place was looked at.", "See source_ok.");
    for (const std::string& place : seen.item.baseline.places) {
        if (std::ranges::binary_search(source->covered, place)) continue;
        return contradicted(
            rule, "The source " + source->source + " no longer covers " + place + ".",
            "Let the agent look at everything that it looked at before."
        );
    }
    return holds(
        rule, fmt::format(
                  "The source {} covered all {} places that it covered before.", source->source,
                  seen.item.baseline.places.size()
              )
    );
}

Condition parent_present(const Seen& seen) {
    const std::string_view rule = "parent_present";
    if (seen.item.part.parent.empty()) return holds(rule, "The part has no parent part.");
    if (seen.parts.at(seen.item.part.parent) != nullptr)
        return holds(rule, "What the part was attached to, " + seen.item.part.parent + ", is there.");
    return not_yet(
        rule, "What the part was attached to, " + seen.item.part.parent + ", is missing as well.",
        "Enable or refit it, so that the empty place can be seen."
    );
}

Condition no_contradiction(const Seen& seen) {
    const std::string_view rule = "no_contradiction";
    if (seen.found.how == Found::How::occupied) {
        return contradicted(
            rule,
            "Something of the same model stands in the part's place, and no serial number or MAC address tells "
            "the two apart.",
            "Let the agent read serial numbers as root, or look at the part."
        );
    }
    return holds(rule, "Nothing in the report says that the place is occupied by the part.");
}

Condition agent_as_capable(const Seen& seen) {
    const std::string_view rule = "agent_as_capable";
    if (as_capable(seen.facts.agent_version, seen.item.baseline.agent_version))
        return holds(rule, "Agent " + seen.facts.agent_version + " sees at least what the earlier one saw.");
    return not_yet(
        rule,
        "Agent " + seen.facts.agent_version + " is older than the one that saw the part, " +
            seen.item.baseline.agent_version + ".",
        "Install the same agent or a newer one."
    );
}

}  // namespace

void remember_places(Baseline& baseline, const Part& part, const Inventory& inventory) {
    for (const SourceReport& source : inventory.sources) {
        const auto covers = [&part](const std::string& place) { return lies_at(part.key, place); };
        if (!std::ranges::any_of(source.covered, covers)) continue;
        baseline.source = source.source;
        for (const std::string& place : source.covered) {
            if (!lies_at(place, part.key)) baseline.places.push_back(place);
        }
        return;
    }
}

std::vector<Condition> place_rules(const Seen& seen) {
    return {source_ok(seen), place_covered(seen), parent_present(seen), no_contradiction(seen), agent_as_capable(seen)};
}

}  // namespace assay::worklist
