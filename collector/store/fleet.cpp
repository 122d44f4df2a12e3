#include "collector/store/fleet.hpp"

#include "collector/store/select.hpp"

namespace assay::store {

void mark_models(Database& db, std::span<const ModelMark> marks) {
    for (const ModelMark& mark : marks) {
        db.execute(
            "update models set listed = $listed where model_id = $model",
            {{"$listed", mark.listed}, {"$model", mark.model}}
        );
    }
}

std::vector<DeviceId> devices_to_judge(
    Database& db, const Sha256& rules, std::string_view day, const std::optional<DeviceId>& after, std::size_t limit
) {
    return every_row(
        db.query(
            "select d.device_id from devices d where d.device_id > $after "
            "and ((d.judged_by <> $rules and exists (select 1 from components c where c.device_id = d.device_id)) "
            "or (d.judged_on <> $day and d.device_id in "
            "(select c.device_id from models m join components c on c.model_id = m.model_id where m.listed = 1 "
            "union select f.device_id from findings f))) order by d.device_id limit $limit",
            {{"$after", after ? ByteView(after->value) : ByteView{}},
             {"$rules", rules},
             {"$day", day},
             {"$limit", limit}}
        ),
        [](const Cursor& row) { return row.device(0); }
    );
}

std::vector<TimedItem> items_for_time(Database& db, UnixMillis silent_since, std::uint64_t after, std::size_t limit) {
    Select query{
        "select ", item_columns, ", h.accepted_at from items i join device_heads h on h.device_id = i.device_id"
    };
    query.where("i.item > $after", {{"$after", after}})
        .where(
            "i.state = 'excepted' or (h.accepted_at < $silent "
            "and i.state not in ('unreachable', 'closed', 'false_positive'))",
            {{"$silent", silent_since}}
        )
        .then({" order by i.item"})
        .limit(limit);
    std::vector<TimedItem> out = every_row(db.query(query), [](const Cursor& row) {
        return TimedItem{read_item(row), row.time_if(item_column_count)};
    });
    for (TimedItem& one : out) read_item_details(db, one.item);
    return out;
}

}  // namespace assay::store
