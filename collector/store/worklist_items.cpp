#include "collector/store/worklist_items.hpp"

#include "collector/store/select.hpp"

namespace assay::store {
namespace {

void put_details(Database& db, const StoredItem& item, std::uint64_t id) {
    const auto both = {Param("$device", item.device.value), Param("$item", id)};
    db.execute("delete from item_demands where device_id = $device and item = $item", both);
    db.execute("delete from item_traits where device_id = $device and item = $item", both);
    for (const ItemDemand& demand : item.demands) {
        db.execute(
            "insert into item_demands (device_id, item, entry, entity, authority) "
            "values ($device, $item, $entry, $entity, $authority)",
            {{"$device", item.device.value},
             {"$item", id},
             {"$entry", demand.entry},
             {"$entity", demand.entity},
             {"$authority", demand.authority}}
        );
    }
    for (const std::string& trait : item.traits) {
        db.execute(
            "insert into item_traits (device_id, item, trait) values ($device, $item, $trait)",
            {{"$device", item.device.value}, {"$item", id}, {"$trait", trait}}
        );
    }
}

// By number, with their details.
std::vector<StoredItem> whole_items(Database& db, Select& query) {
    std::vector<StoredItem> out = every_row(db.query(query.then({" order by i.item"})), &read_item);
    for (StoredItem& item : out) read_item_details(db, item);
    return out;
}

}  // namespace

std::uint64_t add_item(Database& db, const StoredItem& item) {
    std::uint64_t id = 0;
    {
        const auto row = db.query("select coalesce(max(item), 0) + 1 from items");
        row->next();
        id = row->count(0);
    }
    db.execute(
        "insert into items (device_id, item, component, state, grade, body, version, opened_at, changed_at) "
        "values ($device, $item, $component, $state, $grade, $body, $version, $opened, $changed)",
        {{"$device", item.device.value},
         {"$item", id},
         {"$component", item.component},
         {"$state", item.state},
         {"$grade", item.grade},
         {"$body", item.body},
         {"$version", item.version},
         {"$opened", item.opened_at},
         {"$changed", item.changed_at}}
    );
    put_details(db, item, id);
    raise_epoch(db, item.device);
    return id;
}

bool update_item(Database& db, const StoredItem& item) {
    const auto changed = db.execute(
        "update items set component = $component, state = $state, grade = $grade, body = $body, "
        "version = version + 1, changed_at = $changed "
        "where device_id = $device and item = $item and version = $version",
        {{"$component", item.component},
         {"$state", item.state},
         {"$grade", item.grade},
         {"$body", item.body},
         {"$changed", item.changed_at},
         {"$device", item.device.value},
         {"$item", item.id},
         {"$version", item.version}}
    );
    if (changed != 1) return false;
    put_details(db, item, item.id);
    raise_epoch(db, item.device);
    return true;
}

StoredItem read_item(const Cursor& row) {
    StoredItem out;
    out.device.value = row.sha256(0);
    out.id = row.count(1);
    out.component = row.string(2);
    out.state = row.string(3);
    out.grade = row.string(4);
    out.body = row.string(5);
    out.version = row.count(6);
    out.opened_at = row.time(7);
    out.changed_at = row.time(8);
    return out;
}

void read_item_details(Database& db, StoredItem& item) {
    const auto both = {Param("$device", item.device), Param("$item", item.id)};
    item.demands = every_row(
        db.query(
            "select entry, entity, authority from item_demands where device_id = $device and item = $item "
            "order by entry, entity, authority",
            both
        ),
        [](const Cursor& row) { return ItemDemand{row.string(0), row.string(1), row.string(2)}; }
    );
    item.traits = every_row(
        db.query("select trait from item_traits where device_id = $device and item = $item order by trait", both),
        [](const Cursor& row) { return row.string(0); }
    );
}

std::optional<StoredItem> find_item(Database& db, std::uint64_t id) {
    Select query{"select ", item_columns, " from items i"};
    std::optional<StoredItem> out = first_row(db.query(query.where("i.item = $item", {{"$item", id}})), &read_item);
    if (out) read_item_details(db, *out);
    return out;
}

std::vector<StoredItem> items_of(Database& db, const DeviceId& id) {
    Select query{"select ", item_columns, " from items i"};
    return whole_items(db, query.where("i.device_id = $device", {{"$device", id}}));
}

std::vector<StoredItem> items_with_trait(Database& db, std::string_view trait, const DeviceId& not_of) {
    Select query{
        "select ", item_columns, " from item_traits t join items i on i.device_id = t.device_id and i.item = t.item"
    };
    return whole_items(
        db, query.where("t.trait = $trait and t.device_id <> $device", {{"$trait", trait}, {"$device", not_of}})
    );
}

void add_item_event(Database& db, const DeviceId& id, const ItemEvent& event) {
    db.execute(
        "insert into item_events (device_id, item, number, at, actor, event, from_state, to_state, note, attachment) "
        "values ($device, $item, (select coalesce(max(number), 0) + 1 from item_events "
        "where device_id = $device and item = $item), $at, $actor, $event, $from, $to, $note, $attachment)",
        {{"$device", id.value},
         {"$item", event.item},
         {"$at", event.at},
         {"$actor", event.actor},
         {"$event", event.event},
         {"$from", event.from_state},
         {"$to", event.to_state},
         {"$note", event.note},
         {"$attachment", event.attachment}}
    );
}

std::vector<ItemEvent> item_events(Database& db, const DeviceId& id, std::uint64_t item) {
    return every_row(
        db.query(
            "select item, number, at, actor, event, from_state, to_state, note, attachment from item_events "
            "where device_id = $device and item = $item order by number",
            {{"$device", id}, {"$item", item}}
        ),
        [](const Cursor& row) {
            return ItemEvent{row.count(0),  row.count(1),  row.time(2),   row.string(3), row.string(4),
                             row.string(5), row.string(6), row.string(7), row.string(8)};
        }
    );
}

}  // namespace assay::store
