#pragma once
// The fleet's devices: listed in any order, and counted by what they are. As collector/store/lists.hpp.

#include "collector/store/lists.hpp"

#include <variant>

namespace assay::store {

struct DeviceFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<std::string> role;
    std::optional<Origin> origin;
    std::optional<Lifecycle> lifecycle;
    std::optional<Verdict> verdict;  // the worst of identity, boot and runtime; none: nothing was appraised
    std::optional<Freshness> freshness;
    std::optional<bool> trusted;
    std::optional<std::string> entity;        // has a finding on it: the part's maker, or the one that the list names
    std::optional<std::string> authority;     // has a finding of it
    std::optional<ComponentKind> kind;        // has a component of it
    PartNumber number;                        // has a component with it
    std::optional<std::string> match;         // the id's first hex digits, or the host's name
    std::optional<UnixMillis> changed_since;  // something happened to it then or later
    // What freshness and trust are judged by, here and in the order by state.
    TrustRequirement requirement;
    UnixMillis now;
};

// `state`: the trusted ones, then by how bad what is shown of them is (collector/verifier/standing.hpp).
enum class DeviceSort { id, name, site, state, last_report, findings, open_items };
struct DeviceOrder {
    DeviceSort by = DeviceSort::id;
    bool descending = false;
};
std::optional<DeviceOrder> device_order_named(std::string_view name);  // "name", "-name"
std::string name(const DeviceOrder& order);
bool by_number(DeviceSort sort);  // its keys are numbers; else texts

using SortKey = std::variant<std::int64_t, std::string>;
struct DeviceCursor {
    SortKey key;  // as the order has it; none is looked at when it is by id
    DeviceId device;
};
struct DeviceRow {
    Device device;
    std::uint64_t components = 0;
    std::uint64_t findings = 0;    // not excepted
    std::uint64_t open_items = 0;  // of the worklist
    SortKey key;                   // what it was sorted by: for the cursor
};
// After `after` (exclusive). Of devices with the same key the order is that of their ids, turned round with it.
std::vector<DeviceRow> list_devices(
    Database& db, const DeviceFilter& filter, const DeviceOrder& order, const std::optional<DeviceCursor>& after,
    std::size_t limit
);

// Devices that stand alike are counted together, so that what is shown of a device can be computed once for each way to
// stand.
struct AlikeDevices {
    Standing standing;  // words and validity only: no reasons, details or times of the axes
    std::uint64_t count = 0;
};
std::vector<AlikeDevices> count_devices(Database& db, const DeviceFilter& filter);

struct DeviceFacets {
    Facet site;
    Facet role;
    Facet origin;
};
DeviceFacets device_facets(Database& db, const DeviceFilter& filter);

}  // namespace assay::store
