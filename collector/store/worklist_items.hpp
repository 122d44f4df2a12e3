#pragma once
// Worklist items and their events. What may follow what is collector/worklist's to decide; here an item is kept with
// the words it was given, and its events are never changed. Adding or changing an item raises its device's epoch: a
// report is judged by the items as they are.

#include "collector/store/devices.hpp"

namespace assay::store {

// Who asks for work on an item, for filters.
struct ItemDemand {
    std::string entry;  // of a list
    std::string entity;
    std::string authority;
    friend auto operator<=>(const ItemDemand&, const ItemDemand&) = default;
};

struct StoredItem {
    std::uint64_t id = 0;  // unique in this store; given by add_item
    DeviceId device;
    std::string component;      // key in the inventory where it was last seen
    std::string state;          // a word of collector/worklist
    std::string grade;          // of absence_observed, or ""
    std::string body;           // canonical JSON of the rest: collector/worklist's own
    std::uint64_t version = 1;  // compare-and-set
    UnixMillis opened_at;
    UnixMillis changed_at;
    std::vector<ItemDemand> demands;  // sorted, no duplicates
    std::vector<std::string>
        traits;  // sorted, no duplicates: what tells the part elsewhere, collector/worklist's words
};

struct ItemEvent {
    std::uint64_t item = 0;
    std::uint64_t number = 0;  // from 1 within the item; given by add_item_event
    UnixMillis at;
    std::string actor;
    std::string event;
    std::string from_state;
    std::string to_state;
    std::string note;
    std::string attachment;  // hex SHA-256 of an attachment, or ""
};

std::uint64_t add_item(Database& db, const StoredItem& item);
// Compare-and-set on version: false, and nothing changed, when it is no longer item.version.
bool update_item(Database& db, const StoredItem& item);
std::optional<StoredItem> find_item(Database& db, std::uint64_t id);
std::vector<StoredItem> items_of(Database& db, const DeviceId& id);
// Items of other devices that carry the trait.
std::vector<StoredItem> items_with_trait(Database& db, std::string_view trait, const DeviceId& not_of);

// For queries that begin with these columns. Demands and traits are left to read_item_details.
inline constexpr Sql item_columns(
    "i.device_id, i.item, i.component, i.state, i.grade, i.body, i.version, i.opened_at, i.changed_at"
);
inline constexpr int item_column_count = 9;
StoredItem read_item(const Cursor& row);
// The states that collector/worklist calls open; the index items_open has this condition to the letter.
inline constexpr Sql open_item("i.state not in ('closed', 'excepted', 'false_positive')");
void read_item_details(Database& db, StoredItem& item);

void add_item_event(Database& db, const DeviceId& id, const ItemEvent& event);
std::vector<ItemEvent> item_events(Database& db, const DeviceId& id, std::uint64_t item);

}  // namespace assay::store
