#pragma once
// Questions over the whole fleet that the collector asks itself: which devices have to be judged again, which items
// depend on the time. All by pages, so that no answer grows with the fleet.

#include "collector/store/components.hpp"
#include "collector/store/worklist_items.hpp"

#include <span>

namespace assay::store {

struct ModelMark {
    std::uint64_t model = 0;
    bool listed = false;  // the packs in force have an entry for it
};
void mark_models(Database& db, std::span<const ModelMark> marks);

// Devices with parts that were last judged by other rules (packs and registries), and those that hold a part of a
// listed model or have findings and were last judged on another day: what registers say does not change with the day.
// By id, after `after` (exclusive).
std::vector<DeviceId> devices_to_judge(
    Database& db, const Sha256& rules, std::string_view day, const std::optional<DeviceId>& after, std::size_t limit
);

struct TimedItem {
    StoredItem item;
    std::optional<UnixMillis> last_report_at;  // of its device
};
// Items that wait for a day (`excepted`), and open ones whose device has not reported since `silent_since`. By id.
std::vector<TimedItem> items_for_time(Database& db, UnixMillis silent_since, std::uint64_t after, std::size_t limit);

}  // namespace assay::store
