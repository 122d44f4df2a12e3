#pragma once
// A match as a value of its own: everything that made it, copied out of the packs, so that it can be kept, sent and
// read later, when other packs are active. docs/PACKS.md lists the JSON fields.

#include "base/json.hpp"
#include "policy/match.hpp"

#include <string>
#include <vector>

namespace assay::policy {

// Which bytes said so.
struct PackRef {
    std::string id;
    std::int64_t version = 0;
    Date date;
    Sha256 sha256{};
    std::uint32_t line = 0;  // of the row, in the pack's file
    friend bool operator==(const PackRef&, const PackRef&) = default;
};

struct EntityRef {
    std::string id;
    std::string name;
    std::string country;
    friend bool operator==(const EntityRef&, const EntityRef&) = default;
};

// "is a subsidiary|affiliate of", one step.
struct ChainLink {
    LinkKind kind = LinkKind::affiliate;
    EntityRef of;
    std::string citation;
    friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

struct Chain {
    Identifier identifier;
    MatchReason reason = MatchReason::device_chip;
    std::string registry;  // of the pattern, as packs name it: "oui"
    std::string value;     // of the pattern: "19e5"
    Confidence confidence = Confidence::observed;
    std::string source;
    std::string registered_to;
    PackRef known_from;
    EntityRef entity;
    std::vector<ChainLink> links;  // from `entity` to the one that the entry names
    std::string entry;             // its id
    std::string authority;
    std::string list;
    std::string citation;
    std::string demands;
    Inheritance inherits = Inheritance::none;
    PackRef listed_in;
    ScopeResult scope = ScopeResult::in_scope;
    std::string purpose;  // of a purpose_limited entry
    Period period;
    Action action = Action::inform;
    std::optional<Date> deadline;
    friend bool operator==(const Chain&, const Chain&) = default;

    const EntityRef& named() const { return links.empty() ? entity : links.back().of; }
};

Chain chain_of(const PackSet& packs, const Match& match);

json::Object to_json(const Chain& chain);

// The chain in sentences, the component called `part`: "pci/0000:03:00.0 has ...". Each is printable: what devices and
// packs say cannot steer a terminal.
std::vector<std::string> explain(const Chain& chain, std::string_view part);

}  // namespace assay::policy
