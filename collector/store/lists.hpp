#pragma once
// Lists over the whole fleet for operators, filtered and paged: each query is one function, every filter may be left
// out. Pages go on after the last row's cursor, so a list stays consistent while rows come and go.

#include "collector/store/components.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/worklist_items.hpp"

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

struct DeviceFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<std::string> role;
    std::optional<Lifecycle> lifecycle;
    std::optional<Verdict> verdict;           // the worst of identity, boot and runtime; none: nothing was appraised
    std::optional<std::string> entity;        // has a finding on it: the part's maker, or the one that the list names
    std::optional<std::string> authority;     // has a finding of it
    std::optional<ComponentKind> kind;        // has a component of it
    PartNumber number;                        // has a component with it
    std::optional<std::string> match;         // the id's first hex digits, or the host's name
    std::optional<UnixMillis> changed_since;  // something happened to it then or later
};
struct DeviceRow {
    Device device;
    std::uint64_t components = 0;
    std::uint64_t findings = 0;    // not excepted
    std::uint64_t open_items = 0;  // of the worklist
};
// Sorted by id, after `after` (exclusive).
std::vector<DeviceRow> list_devices(
    Database& db, const DeviceFilter& filter, const std::optional<DeviceId>& after, std::size_t limit
);

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

struct ItemFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<std::string> state;
    std::optional<std::string> entry;
    std::optional<std::string> entity;
    std::optional<std::string> authority;
};
struct ItemRow {
    Owner owner;
    StoredItem item;
};
std::vector<ItemRow> list_items(Database& db, const ItemFilter& filter, std::uint64_t after, std::size_t limit);

}  // namespace assay::store
