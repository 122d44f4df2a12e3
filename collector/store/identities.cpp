#include "collector/store/identities.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

#include <map>
#include <set>
#include <tuple>

namespace assay::store {
namespace {

using Place = std::tuple<std::string, std::string, std::string>;  // component, registry, value

Place place_of(const StoredUnknown& one) {
    return {one.component, one.registry, one.value};
}

void put_conflict(Database& db, const DeviceId& id, const StoredConflict& conflict, UnixMillis now) {
    db.execute(
        "insert into identity_conflicts (device_id, conflict, component, rule, registry, value, holder, against, "
        "proof, "
        "explanation, first_seen_at) values ($device, $conflict, $component, $rule, $registry, $value, $holder, "
        "$against, $proof, $explanation, $now) on conflict (device_id, conflict) do update set "
        "holder = excluded.holder, against = excluded.against, proof = excluded.proof, "
        "explanation = excluded.explanation",
        {{"$device", id.value},
         {"$conflict", conflict.id},
         {"$component", conflict.component},
         {"$rule", conflict.rule},
         {"$registry", conflict.registry},
         {"$value", conflict.value},
         {"$holder", conflict.holder},
         {"$against", conflict.against},
         {"$proof", name(conflict.proof)},
         {"$explanation", conflict.explanation},
         {"$now", now}}
    );
}

void put_unknown(Database& db, const DeviceId& id, const StoredUnknown& unknown, UnixMillis now) {
    db.execute(
        "insert into unknown_identifiers (device_id, component, registry, value, vendor, reason, first_seen_at) "
        "values ($device, $component, $registry, $value, $vendor, $reason, $now) "
        "on conflict (device_id, component, registry, value) do update set reason = excluded.reason",
        {{"$device", id.value},
         {"$component", unknown.component},
         {"$registry", unknown.registry},
         {"$value", unknown.value},
         {"$vendor", unknown.vendor},
         {"$reason", unknown.reason},
         {"$now", now}}
    );
}

std::uint64_t count_of(std::unique_ptr<Cursor> row) {
    row->next();
    return row->count(0);
}

}  // namespace

void replace_conflicts(Database& db, const DeviceId& id, std::span<const StoredConflict> conflicts, UnixMillis now) {
    std::map<std::string, std::string> gone;
    {
        const auto row = db.query(
            "select conflict, explanation from identity_conflicts where device_id = $device", {{"$device", id}}
        );
        while (row->next()) gone[row->string(0)] = row->string(1);
    }
    for (const StoredConflict& conflict : conflicts) {
        const auto before = gone.find(conflict.id);
        if (before == gone.end() || before->second != conflict.explanation) put_conflict(db, id, conflict, now);
        if (before != gone.end()) gone.erase(before);
    }
    for (const auto& [conflict, explanation] : gone) {
        db.execute(
            "delete from identity_conflicts where device_id = $device and conflict = $conflict",
            {{"$device", id}, {"$conflict", conflict}}
        );
    }
}

void replace_unknown(Database& db, const DeviceId& id, std::span<const StoredUnknown> unknown, UnixMillis now) {
    std::map<Place, std::string> gone;
    for (const StoredUnknown& one : unknown_of(db, id)) gone.emplace(place_of(one), one.reason);
    for (const StoredUnknown& one : unknown) {
        const auto before = gone.find(place_of(one));
        if (before == gone.end() || before->second != one.reason) put_unknown(db, id, one, now);
        if (before != gone.end()) gone.erase(before);
    }
    for (const auto& [place, reason] : gone) {
        const auto& [component, registry, value] = place;
        db.execute(
            "delete from unknown_identifiers where device_id = $device and component = $component "
            "and registry = $registry and value = $value",
            {{"$device", id}, {"$component", component}, {"$registry", registry}, {"$value", value}}
        );
    }
}

std::vector<StoredUnknown> unknown_of(Database& db, const DeviceId& id) {
    return every_row(
        db.query(
            "select component, registry, value, vendor, reason, first_seen_at from unknown_identifiers "
            "where device_id = $device order by component, registry, value",
            {{"$device", id}}
        ),
        [](const Cursor& row) {
            return StoredUnknown{row.string(0), row.string(1), row.string(2),
                                 row.string(3), row.string(4), row.time(5)};
        }
    );
}

IdentityCounts count_identities(Database& db, const DeviceId& id) {
    IdentityCounts out;
    out.conflicts =
        count_of(db.query("select count(*) from identity_conflicts where device_id = $device", {{"$device", id}}));
    std::set<std::pair<std::string, std::string>> numbers;
    for (StoredUnknown& one : unknown_of(db, id)) numbers.emplace(std::move(one.registry), std::move(one.value));
    out.unknown = numbers.size();
    return out;
}

}  // namespace assay::store
