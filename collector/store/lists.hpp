#pragma once
// Lists over the whole fleet for operators, filtered and paged: each query is one function, every filter may be left
// out. Pages go on after the last row's cursor, so a list stays consistent while rows come and go.

#include "collector/store/components.hpp"
#include "collector/store/enrolments.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/reports.hpp"
#include "collector/store/worklist_items.hpp"

namespace assay::store {

struct DeviceFilter {
    std::optional<std::string> site;
    std::optional<std::string> role;
    std::optional<Lifecycle> lifecycle;
    std::optional<Verdict> verdict;        // the worst of identity, boot and runtime; none: nothing was appraised
    std::optional<std::string> entity;     // has a finding on it: the part's maker, or the one that the list names
    std::optional<std::string> authority;  // has a finding of it
    std::optional<ComponentKind> kind;     // has a component of it
    std::optional<std::string> registry;   // has a component with an identifier as in ComponentFilter
    std::optional<std::string> value;
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

struct ComponentFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<ComponentKind> kind;
    std::optional<std::string> registry;   // parts with an identifier of this registry; with `value`, this one:
    std::optional<std::string> value;      // whole ("19e5:1822") or its vendor part ("19e5"); alone, of any registry
    std::optional<std::string> entity;     // has a finding on it: the part's maker, or the one that the list names
    std::optional<std::string> authority;  // has a finding of it
    std::optional<UnixMillis> changed_since;
};
struct ComponentRow {
    DeviceId device;
    std::string host;
    std::string site;
    Origin origin = Origin::live;
    StoredComponent part;
};
struct ComponentCursor {
    DeviceId device;
    std::string key;
};
std::vector<ComponentRow> list_components(
    Database& db, const ComponentFilter& filter, const std::optional<ComponentCursor>& after, std::size_t limit
);

struct FindingFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<ComponentKind> kind;
    std::optional<std::string> entity;
    std::optional<std::string> authority;
    std::optional<std::string> action;
    std::optional<std::string> registry;  // on a part with an identifier as in ComponentFilter
    std::optional<std::string> value;
    std::optional<UnixMillis> found_since;  // first seen then or later
};
struct FindingRow {
    StoredFinding finding;
    std::string host;
    std::string site;
    Origin origin = Origin::live;
    Component component;
};
struct FindingCursor {
    DeviceId device;
    std::string id;
};
std::vector<FindingRow> list_findings(
    Database& db, const FindingFilter& filter, const std::optional<FindingCursor>& after, std::size_t limit
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
    StoredItem item;
    std::string host;
    std::string site;
    Origin origin = Origin::live;
};
std::vector<ItemRow> list_items(Database& db, const ItemFilter& filter, std::uint64_t after, std::size_t limit);

}  // namespace assay::store
