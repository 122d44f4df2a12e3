#pragma once
// Lists over the whole fleet for operators, filtered and paged: each query is one function, every filter may be left
// out. Pages go on after the last row's cursor, so a list stays consistent while rows come and go. Here: components and
// findings, and what all lists share; devices, items and changes have files of their own.

#include "collector/store/components.hpp"
#include "collector/store/findings.hpp"

#include <utility>

namespace assay::store {

// The device that a listed thing belongs to, as far as each row says it.
struct Owner {
    DeviceId device;
    std::string host;  // hostile text
    std::string site;
    Origin origin = Origin::live;
};

// A number that parts carry. With `registry` one of this registry, with `value` this one: whole ("19e5:1822"), its
// vendor part ("19e5"), or the beginning of a MAC address.
struct PartNumber {
    std::optional<std::string> registry;
    std::optional<std::string> value;
};

// How many of what each value stands for, the most frequent first, at most facet_values of them.
inline constexpr std::size_t facet_values = 50;
using Counts = std::vector<std::pair<std::string, std::uint64_t>>;
struct Facet {
    Counts values;
    bool more = false;  // there are values that are not named
};

// Components, or the findings on components.
struct PartFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<ComponentKind> kind;
    std::optional<std::string> entity;     // of the finding: the part's maker, or the one that the list names
    std::optional<std::string> authority;  // of the finding
    std::optional<std::string> action;     // of the finding
    PartNumber number;
    std::optional<UnixMillis> since;  // the component changed, or the finding was first seen, then or later
};
struct PartCursor {
    DeviceId device;
    std::string key;  // of the component, or the finding's id
};
struct ComponentRow {
    Owner owner;
    StoredComponent part;
};
std::vector<ComponentRow> list_components(
    Database& db, const PartFilter& filter, const std::optional<PartCursor>& after, std::size_t limit
);
struct FindingRow {
    Owner owner;
    StoredFinding finding;
    Component component;
};
std::vector<FindingRow> list_findings(
    Database& db, const PartFilter& filter, const std::optional<PartCursor>& after, std::size_t limit
);

}  // namespace assay::store
