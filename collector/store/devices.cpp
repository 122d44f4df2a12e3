#include "collector/store/devices.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

namespace assay::store {
namespace {

constexpr auto origins = words<Origin>({
    {Origin::live, "live"},
    {Origin::replayed, "replayed"},
    {Origin::imported, "imported"},
});

// One axis as it is stored: words, so that a list can filter by them.
struct Axis {
    std::string_view word;
    Reason reason;
    const std::string& detail;
    UnixMillis since;
};

void set_axis(Database& db, const DeviceId& id, std::string_view axis, const Axis& value) {
    db.execute(
        "insert into standings (device_id, axis, word, reason, detail, since) "
        "values ($device, $axis, $word, $reason, $detail, $since) on conflict (device_id, axis) do update set "
        "word = excluded.word, reason = excluded.reason, detail = excluded.detail, since = excluded.since",
        {{"$device", id.value},
         {"$axis", axis},
         {"$word", value.word},
         {"$reason", word(value.reason)},
         {"$detail", value.detail},
         {"$since", value.since}}
    );
}

void set_verdict(Database& db, const DeviceId& id, std::string_view axis, const VerdictState& state) {
    set_axis(db, id, axis, {name(state.verdict), state.reason, state.detail, state.since});
}

VerdictState read_verdict(const Cursor& row) {
    return {
        stored_word(verdict_named(row.text(1)), row.text(1)), stored_word(reason_named(row.text(2)), row.text(2)),
        row.string(3), row.time(4)
    };
}

}  // namespace

std::string_view name(Origin origin) {
    return origins.of(origin);
}
std::optional<Origin> origin_named(std::string_view name) {
    return origins.named(name);
}

Origin stored_origin(std::string_view word) {
    return stored_word(origins.named(word), word);
}

Device read_device(const Cursor& row) {
    Device out;
    out.id.value = row.sha256(0);
    out.origin = stored_word(origins.named(row.text(1)), row.text(1));
    out.host = {row.string(2), row.string(3), row.string(4), row.string(5)};
    out.site = row.string(6);
    out.role = row.string(7);
    out.enrolled_at = row.time(8);
    if (!row.is_null(9)) out.tpm_firmware = row.count(9);
    out.epoch = row.count(10);
    out.generation = row.count(11);
    out.standing.reported_at = row.time_if(12);
    out.standing.valid_until = row.time_if(13).value_or(UnixMillis{});
    out.judged_on = row.string(14);
    out.judged_by = row.sha256(15);
    return out;
}

void read_axes(Database& db, const DeviceId& id, Standing& standing) {
    const auto row = db.query(
        "select axis, word, reason, detail, since from standings where device_id = $device", {{"$device", id.value}}
    );
    while (row->next()) {
        const std::string_view axis = row->text(0);
        if (axis == "lifecycle") {
            standing.lifecycle = {
                stored_word(lifecycle_named(row->text(1)), row->text(1)),
                stored_word(reason_named(row->text(2)), row->text(2)), row->string(3), row->time(4)
            };
        } else if (axis == "identity") {
            standing.identity = read_verdict(*row);
        } else if (axis == "boot") {
            standing.boot = read_verdict(*row);
        } else if (axis == "runtime") {
            standing.runtime = read_verdict(*row);
        }
    }
}

std::optional<Device> find_device(Database& db, const DeviceId& id) {
    Select query{"select ", device_columns, " from ", device_tables};
    std::optional<Device> out =
        first_row(db.query(query.where("d.device_id = $device", {{"$device", id}})), &read_device);
    if (!out) return std::nullopt;
    read_axes(db, id, out->standing);
    return out;
}

void insert_device(Database& db, const Device& device) {
    db.execute(
        "insert into devices (device_id, origin, host_name, host_maker, host_model, host_serial, site, role, "
        "enrolled_at, tpm_firmware, judged_on, judged_by) values ($device, $origin, $name, $maker, $model, $serial, "
        "$site, $role, $at, $firmware, $judged_on, $judged_by)",
        {{"$device", device.id.value},
         {"$origin", name(device.origin)},
         {"$name", device.host.name},
         {"$maker", device.host.maker},
         {"$model", device.host.model},
         {"$serial", device.host.serial},
         {"$site", device.site},
         {"$role", device.role},
         {"$at", device.enrolled_at},
         {"$firmware", device.tpm_firmware},
         {"$judged_on", device.judged_on},
         {"$judged_by", device.judged_by}}
    );
    db.execute(
        "insert into device_heads (device_id, epoch, generation, interval, reports, accepted_at) "
        "values ($device, $epoch, $generation, 0, 0, $accepted)",
        {{"$device", device.id.value},
         {"$epoch", device.epoch},
         {"$generation", device.generation},
         {"$accepted", device.standing.reported_at}}
    );
    set_standing(db, device.id, device.standing);
}

bool raise_epoch(Database& db, const DeviceId& id) {
    return db.execute("update device_heads set epoch = epoch + 1 where device_id = $device", {{"$device", id.value}}) ==
           1;
}

bool advance_epoch(Database& db, const DeviceId& id, std::uint64_t epoch) {
    return db.execute(
               "update device_heads set epoch = epoch + 1 where device_id = $device and epoch = $epoch",
               {{"$device", id.value}, {"$epoch", epoch}}
           ) == 1;
}

void set_standing(Database& db, const DeviceId& id, const Standing& standing) {
    const LifecycleState& lifecycle = standing.lifecycle;
    set_axis(db, id, "lifecycle", {name(lifecycle.state), lifecycle.reason, lifecycle.detail, lifecycle.since});
    set_verdict(db, id, "identity", standing.identity);
    set_verdict(db, id, "boot", standing.boot);
    set_verdict(db, id, "runtime", standing.runtime);
    std::optional<UnixMillis> valid_until;
    if (standing.reported_at) valid_until = standing.valid_until;
    db.execute(
        "update device_heads set valid_until = $valid where device_id = $device",
        {{"$valid", valid_until}, {"$device", id.value}}
    );
}

bool set_lifecycle(
    Database& db, const DeviceId& id, Lifecycle lifecycle, Reason reason, std::string_view detail, UnixMillis now
) {
    if (!raise_epoch(db, id)) return false;
    Standing standing = find_device(db, id).value().standing;
    assay::set_lifecycle(standing, lifecycle, reason, std::string(detail), now);
    set_standing(db, id, standing);
    return true;
}

bool set_tpm_firmware(Database& db, const DeviceId& id, std::uint64_t version) {
    const auto changed = db.execute(
        "update devices set tpm_firmware = $version where device_id = $device",
        {{"$version", version}, {"$device", id.value}}
    );
    return changed == 1 && raise_epoch(db, id);
}

bool set_place(Database& db, const DeviceId& id, std::string_view site, std::string_view role) {
    const auto changed = db.execute(
        "update devices set site = $site, role = $role, judged_on = '' where device_id = $device",
        {{"$site", site}, {"$role", role}, {"$device", id.value}}
    );
    return changed == 1 && raise_epoch(db, id);
}

void set_host(Database& db, const DeviceId& id, const HostHints& host) {
    db.execute(
        "update devices set host_name = $name, host_maker = $maker, host_model = $model, host_serial = $serial "
        "where device_id = $device",
        {{"$name", host.name},
         {"$maker", host.maker},
         {"$model", host.model},
         {"$serial", host.serial},
         {"$device", id.value}}
    );
}

void set_judged(Database& db, const DeviceId& id, std::string_view day, const Sha256& packs) {
    db.execute(
        "update devices set judged_on = $day, judged_by = $packs where device_id = $device",
        {{"$day", day}, {"$packs", packs}, {"$device", id.value}}
    );
}

void set_origin(Database& db, const DeviceId& id, Origin origin) {
    db.execute(
        "update devices set origin = $origin where device_id = $device",
        {{"$origin", name(origin)}, {"$device", id.value}}
    );
}

void add_device_event(Database& db, const DeviceId& id, const DeviceEvent& event) {
    db.execute(
        "insert into device_events (device_id, number, at, event, actor, detail) values ($device, "
        "(select coalesce(max(number), 0) + 1 from device_events where device_id = $device), "
        "$at, $event, $actor, $detail)",
        {{"$device", id.value},
         {"$at", event.at},
         {"$event", event.event},
         {"$actor", event.actor},
         {"$detail", event.detail}}
    );
}

std::vector<DeviceEvent> device_events(Database& db, const DeviceId& id, std::size_t newest) {
    return every_row(
        db.query(
            "select number, at, event, actor, detail from device_events where device_id = $device "
            "order by number desc limit $limit",
            {{"$device", id}, {"$limit", newest}}
        ),
        [](const Cursor& row) {
            return DeviceEvent{row.count(0), row.time(1), row.string(2), row.string(3), row.string(4)};
        }
    );
}

}  // namespace assay::store
