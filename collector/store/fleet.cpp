#include "collector/store/fleet.hpp"

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
    Database& db, const Sha256& packs, std::string_view day, const std::optional<DeviceId>& after, std::size_t limit
) {
    const auto row = db.query(
        "select d.device_id from devices d where d.device_id > $after "
        "and (d.judged_by <> $packs or d.judged_on <> $day) and d.device_id in "
        "(select c.device_id from models m join components c on c.model_id = m.model_id where m.listed = 1 "
        "union select f.device_id from findings f) order by d.device_id limit $limit",
        {{"$after", after ? ByteView(after->value) : ByteView{}}, {"$packs", packs}, {"$day", day}, {"$limit", limit}}
    );
    std::vector<DeviceId> out;
    while (row->next()) out.push_back(DeviceId{row->sha256(0)});
    return out;
}

std::vector<TimedItem> items_for_time(Database& db, UnixMillis silent_since, std::uint64_t after, std::size_t limit) {
    std::vector<TimedItem> out;
    {
        const auto row = db.query(
            "select i.device_id, i.item, i.component, i.state, i.grade, i.body, i.version, i.opened_at, i.changed_at, "
            "h.accepted_at from items i join device_heads h on h.device_id = i.device_id where i.item > $after "
            "and (i.state = 'excepted' or (h.accepted_at < $silent "
            "and i.state not in ('unreachable', 'closed', 'false_positive'))) order by i.item limit $limit",
            {{"$after", after}, {"$silent", silent_since}, {"$limit", limit}}
        );
        while (row->next()) out.push_back({read_item(*row, 0), row->time_if(9)});
    }
    for (TimedItem& one : out) read_item_details(db, one.item);
    return out;
}

}  // namespace assay::store
