#include "collector/store/operator_lists.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"
#include "collector/store/worklist_items.hpp"

namespace assay::store {
namespace {

EnrolmentRow read_row(const Cursor& row) {
    constexpr int at = enrolment_column_count;
    return {
        read_enrolment(row),
        {row.string(at), row.string(at + 1), row.string(at + 2), row.string(at + 3)},
        row.string(at + 4),
        stored_word(lifecycle_named(row.text(at + 5)), row.text(at + 5)),
        stored_word(reason_named(row.text(at + 6)), row.text(at + 6)),
    };
}

Counts read_counts(std::unique_ptr<Cursor> row) {
    return every_row(std::move(row), [](const Cursor& one) { return std::pair(one.string(0), one.count(1)); });
}

}  // namespace

std::vector<EnrolmentRow> list_enrolments(
    Database& db, const EnrolmentFilter& filter, const std::optional<EnrolmentCursor>& after, std::size_t limit
) {
    Select query{
        "select ", enrolment_columns,
        ", d.host_name, d.host_maker, d.host_model, d.host_serial, d.site, l.word, l.reason "
        "from enrolments e join devices d on d.device_id = e.device_id "
        "join standings l on l.device_id = e.device_id and l.axis = 'lifecycle'"
    };
    query.where_if("e.decision = $decision", "$decision", word_if(filter.decision))
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("e.device_id = $device", "$device", filter.device);
    if (filter.waiting) query.where("l.word = 'pending_review'");
    if (after) {
        query.where(
            "e.enrolled_at < $at or (e.enrolled_at = $at "
            "and (e.device_id > $after or (e.device_id = $after and e.generation < $generation)))",
            {{"$at", after->enrolled_at}, {"$after", after->device}, {"$generation", after->generation}}
        );
    }
    query.then({" order by e.enrolled_at desc, e.device_id, e.generation desc"}).limit(limit);
    return every_row(db.query(query), &read_row);
}

Counts count_devices_by_origin(Database& db) {
    return read_counts(db.query("select origin, count(*) from devices group by origin order by origin"));
}

Counts count_findings_by_authority(Database& db) {
    return read_counts(
        db.query("select authority, count(*) from findings where excepted = '' group by authority order by authority")
    );
}

Counts count_findings_by_site(Database& db) {
    return read_counts(
        db.query("select d.site, count(*) from findings f join devices d on d.device_id = f.device_id "
                 "where f.excepted = '' group by d.site order by d.site")
    );
}

Counts count_items_by_site(Database& db) {
    Select query{"select d.site, count(*) from items i join devices d on d.device_id = i.device_id"};
    return read_counts(db.query(query.where(open_item).then({" group by d.site order by d.site"})));
}

Counts count_items_by_state(Database& db) {
    return read_counts(db.query("select state, count(*) from items group by state order by state"));
}

}  // namespace assay::store
