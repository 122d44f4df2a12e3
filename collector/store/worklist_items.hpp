#pragma once
// Worklist items and their events. What may follow what is collector/worklist's to decide; here an item is kept with
// the words it was given, and its events are never changed.

#include "collector/store/devices.hpp"

namespace assay::store {

struct StoredItem {
    std::uint64_t id = 0;  // unique in this store; given by add_item
    DeviceId device;
    std::string component;      // key at the time it was opened
    std::string entry;          // list entry, as in the finding
    std::string state;          // a word of collector/worklist
    std::string grade;          // of absence_observed, or ""
    std::string body;           // canonical JSON of the rest: collector/worklist's own
    std::uint64_t version = 1;  // compare-and-set
    UnixMillis opened_at;
    UnixMillis changed_at;
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
void add_item_event(Database& db, const DeviceId& id, const ItemEvent& event);
std::vector<ItemEvent> item_events(Database& db, std::uint64_t item);

}  // namespace assay::store
