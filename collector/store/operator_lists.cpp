#include "collector/store/operator_lists.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

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
    query.then(" order by e.enrolled_at desc, e.device_id, e.generation desc").limit(limit);
    return every_row(db.query(query), &read_row);
}

std::vector<AlikeDevices> count_devices(Database& db, UnixMillis now) {
    return every_row(
        db.query(
            "select l.word, i.word, b.word, r.word, h.accepted_at is not null, "
            "coalesce(h.valid_until, 0) > $now, count(*) from device_heads h "
            "join standings l on l.device_id = h.device_id and l.axis = 'lifecycle' "
            "join standings i on i.device_id = h.device_id and i.axis = 'identity' "
            "join standings b on b.device_id = h.device_id and b.axis = 'boot' "
            "join standings r on r.device_id = h.device_id and r.axis = 'runtime' "
            "group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6",
            {{"$now", now}}
        ),
        [now](const Cursor& row) {
            AlikeDevices out;
            out.standing.lifecycle.state = stored_word(lifecycle_named(row.text(0)), row.text(0));
            out.standing.identity.verdict = stored_word(verdict_named(row.text(1)), row.text(1));
            out.standing.boot.verdict = stored_word(verdict_named(row.text(2)), row.text(2));
            out.standing.runtime.verdict = stored_word(verdict_named(row.text(3)), row.text(3));
            if (row.boolean(4)) out.standing.reported_at = UnixMillis{};
            out.standing.valid_until.value = row.boolean(5) ? now.value + 1 : now.value;
            out.count = row.count(6);
            return out;
        }
    );
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

Counts count_items_by_state(Database& db) {
    return read_counts(db.query("select state, count(*) from items group by state order by state"));
}

}  // namespace assay::store
