#include "collector/store/operator_lists.hpp"

#include "collector/store/words.hpp"

namespace assay::store {
namespace {

std::optional<std::string_view> decision_word(const std::optional<Decision>& decision) {
    if (!decision) return std::nullopt;
    return name(*decision);
}

template <class T>
T known(std::optional<T> value) {
    if (!value) throw DatabaseBroken("unknown word in the database");
    return *value;
}

EnrolmentRow read_row(const Cursor& row) {
    EnrolmentRow out;
    Enrolment& enrolment = out.enrolment;
    enrolment.device.value = row.sha256(0);
    enrolment.generation = row.count(1);
    enrolment.tier = known(reason_named(row.text(2)));
    enrolment.detail = row.string(3);
    enrolment.decision = known(decision_named(row.text(4)));
    enrolment.decided_by = row.string(5);
    enrolment.note = row.string(6);
    enrolment.decided_at = row.time_if(7);
    enrolment.agent_version = row.string(8);
    enrolment.peer = row.string(9);
    enrolment.join_token = row.sha256(10);
    enrolment.enrolled_at = row.time(11);
    out.host = {row.string(12), row.string(13), row.string(14), row.string(15)};
    out.site = row.string(16);
    out.lifecycle = known(lifecycle_named(row.text(17)));
    out.lifecycle_reason = known(reason_named(row.text(18)));
    return out;
}

Counts read_counts(Cursor& row) {
    Counts out;
    while (row.next()) out.emplace_back(row.string(0), row.count(1));
    return out;
}

}  // namespace

std::vector<EnrolmentRow> list_enrolments(
    Database& db, const EnrolmentFilter& filter, const std::optional<EnrolmentCursor>& after, std::size_t limit
) {
    std::optional<UnixMillis> at;
    if (after) at = after->enrolled_at;
    std::optional<Sha256> device;
    if (filter.device) device = filter.device->value;
    const auto row = db.query(
        "select e.device_id, e.generation, e.tier, e.detail, e.decision, e.decided_by, e.note, e.decided_at, "
        "e.agent_version, e.peer, e.join_token, e.enrolled_at, d.host_name, d.host_maker, d.host_model, d.host_serial, "
        "d.site, l.word, l.reason from enrolments e join devices d on d.device_id = e.device_id "
        "join standings l on l.device_id = e.device_id and l.axis = 'lifecycle' "
        "where (cast($at as bigint) is null or e.enrolled_at < $at or (e.enrolled_at = $at "
        "and (e.device_id > $after or (e.device_id = $after and e.generation < $generation)))) "
        "and (cast($decision as text) is null or e.decision = $decision) "
        "and ($waiting = 0 or l.word = 'pending_review') "
        "and (cast($site as text) is null or d.site = $site) "
        "and (cast($device as blob) is null or e.device_id = $device) "
        "order by e.enrolled_at desc, e.device_id, e.generation desc limit $limit",
        {{"$at", at},
         {"$after", after ? ByteView(after->device.value) : ByteView{}},
         {"$generation", after ? after->generation : std::uint64_t{0}},
         {"$decision", decision_word(filter.decision)},
         {"$waiting", filter.waiting},
         {"$site", filter.site},
         {"$device", device},
         {"$limit", limit}}
    );
    std::vector<EnrolmentRow> out;
    while (row->next()) out.push_back(read_row(*row));
    return out;
}

std::vector<Attempt> list_attempts(Database& db, std::optional<std::uint64_t> before, std::size_t limit) {
    const auto row = db.query(
        "select number, at, peer, claimed, step, code, reason, detail from attempts "
        "where (cast($before as bigint) is null or number < $before) order by number desc limit $limit",
        {{"$before", before}, {"$limit", limit}}
    );
    std::vector<Attempt> out;
    while (row->next()) {
        Attempt one;
        one.number = row->count(0);
        one.at = row->time(1);
        one.peer = row->string(2);
        if (!row->is_null(3)) one.claimed = DeviceId{row->sha256(3)};
        one.step = row->string(4);
        one.code = row->string(5);
        one.reason = row->string(6);
        one.detail = row->string(7);
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<AlikeDevices> count_devices(Database& db, UnixMillis now) {
    const auto row = db.query(
        "select l.word, i.word, b.word, r.word, h.accepted_at is not null, "
        "coalesce(h.valid_until, 0) > $now, count(*) from device_heads h "
        "join standings l on l.device_id = h.device_id and l.axis = 'lifecycle' "
        "join standings i on i.device_id = h.device_id and i.axis = 'identity' "
        "join standings b on b.device_id = h.device_id and b.axis = 'boot' "
        "join standings r on r.device_id = h.device_id and r.axis = 'runtime' "
        "group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6",
        {{"$now", now}}
    );
    std::vector<AlikeDevices> out;
    while (row->next()) {
        AlikeDevices alike;
        alike.standing.lifecycle.state = known(lifecycle_named(row->text(0)));
        alike.standing.identity.verdict = known(verdict_named(row->text(1)));
        alike.standing.boot.verdict = known(verdict_named(row->text(2)));
        alike.standing.runtime.verdict = known(verdict_named(row->text(3)));
        if (row->boolean(4)) alike.standing.reported_at = UnixMillis{};
        alike.standing.valid_until.value = row->boolean(5) ? now.value + 1 : now.value;
        alike.count = row->count(6);
        out.push_back(std::move(alike));
    }
    return out;
}

Counts count_devices_by_origin(Database& db) {
    return read_counts(*db.query("select origin, count(*) from devices group by origin order by origin"));
}

Counts count_findings_by_authority(Database& db) {
    return read_counts(
        *db.query("select authority, count(*) from findings where excepted = '' group by authority order by authority")
    );
}

Counts count_findings_by_site(Database& db) {
    return read_counts(
        *db.query("select d.site, count(*) from findings f join devices d on d.device_id = f.device_id "
                  "where f.excepted = '' group by d.site order by d.site")
    );
}

Counts count_items_by_state(Database& db) {
    return read_counts(*db.query("select state, count(*) from items group by state order by state"));
}

}  // namespace assay::store
