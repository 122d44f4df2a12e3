#include "collector/store/changes.hpp"

#include "collector/store/list_texts.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace assay::store {
namespace {

ChangeRow read_change(const Cursor& row) {
    constexpr int at = owner_column_count;
    return {read_owner(row, 0), row.time(at),       row.count(at + 1),  row.count(at + 2), row.string(at + 3),
            row.string(at + 4), row.string(at + 5), row.string(at + 6), row.string(at + 7)};
}

// Events e of one table, in the order of its index by time: "cross join" keeps the database from starting with devices
// and sorting all their events.
std::vector<ChangeRow> newest(
    Database& db, Select query, const ChangeFilter& filter, const std::optional<ChangeCursor>& after, Sql before,
    Sql order, std::size_t limit
) {
    query.where("d.device_id = e.device_id")
        .where_if("e.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("e.at >= $since", "$since", filter.since);
    if (after) {
        query.where(
            before, {{"$at", after->at}, {"$after", after->device}, {"$item", after->item}, {"$number", after->number}}
        );
    }
    return every_row(db.query(query.then({order}).limit(limit)), &read_change);
}

auto place_in_time(const ChangeRow& row) {
    return std::tie(row.at, row.owner.device, row.item, row.number);
}

}  // namespace

std::vector<ChangeRow> list_changes(
    Database& db, const ChangeFilter& filter, const std::optional<ChangeCursor>& after, std::size_t limit
) {
    Select of_devices{
        "select ", owner_columns,
        ", e.at, 0, e.number, e.event, e.actor, e.detail, '', '' "
        "from device_events e cross join devices d"
    };
    Select of_items{
        "select ", owner_columns,
        ", e.at, e.item, e.number, e.event, e.actor, e.note, e.from_state, e.to_state "
        "from item_events e cross join devices d"
    };
    const std::vector<ChangeRow> devices = newest(
        db, std::move(of_devices), filter, after, "(e.at, e.device_id, 0, e.number) < ($at, $after, $item, $number)",
        " order by e.at desc, e.device_id desc, e.number desc", limit
    );
    const std::vector<ChangeRow> items = newest(
        db, std::move(of_items), filter, after, "(e.at, e.device_id, e.item, e.number) < ($at, $after, $item, $number)",
        " order by e.at desc, e.device_id desc, e.item desc, e.number desc", limit
    );
    std::vector<ChangeRow> out;
    std::ranges::merge(devices, items, std::back_inserter(out), std::greater{}, &place_in_time, &place_in_time);
    if (out.size() > limit) out.resize(limit);
    return out;
}

}  // namespace assay::store
