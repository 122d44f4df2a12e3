#pragma once
// What happened over the fleet, to devices and to items of the worklist, as one list. As collector/store/lists.hpp.

#include "collector/store/lists.hpp"

namespace assay::store {

struct ChangeFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<UnixMillis> since;  // then or later
};
struct ChangeRow {
    Owner owner;
    UnixMillis at;
    std::uint64_t item = 0;    // 0: it happened to the device
    std::uint64_t number = 0;  // of the event, within the item or the device
    std::string event;
    std::string actor;
    std::string detail;
    std::string from_state;  // of the item; else ""
    std::string to_state;
};
struct ChangeCursor {
    UnixMillis at;
    DeviceId device;
    std::uint64_t item = 0;
    std::uint64_t number = 0;
};
// The newest first.
std::vector<ChangeRow> list_changes(
    Database& db, const ChangeFilter& filter, const std::optional<ChangeCursor>& after, std::size_t limit
);

}  // namespace assay::store
