// The keys of devices: endorsement keys, by which a device is known, and its attestation keys by generation.

#include "collector/store/devices.hpp"
#include "collector/store/select.hpp"

namespace assay::store {
namespace {

DeviceId read_id(const Cursor& row) {
    return row.device(0);
}

constexpr Sql ak_columns("k.generation, k.public_area, k.name, k.added_at");
StoredAk read_ak(const Cursor& row) {
    return {row.count(0), row.bytes(1), row.bytes(2), row.time(3)};
}

}  // namespace

std::optional<DeviceId> device_of_ek(Database& db, const Sha256& fingerprint) {
    return first_row(
        db.query(
            "select device_id from endorsement_keys where fingerprint = $fingerprint", {{"$fingerprint", fingerprint}}
        ),
        &read_id
    );
}

void add_endorsement_key(Database& db, const DeviceId& id, const StoredEndorsementKey& key) {
    if (device_of_ek(db, key.fingerprint) == id) return;
    db.execute(
        "insert into endorsement_keys (device_id, fingerprint, template, public_area, certificate, added_at) "
        "values ($device, $fingerprint, $template, $public, $certificate, $at)",
        {{"$device", id.value},
         {"$fingerprint", key.fingerprint},
         {"$template", key.ek_template},
         {"$public", key.public_area},
         {"$certificate", key.certificate},
         {"$at", key.added_at}}
    );
}

std::vector<StoredEndorsementKey> endorsement_keys(Database& db, const DeviceId& id) {
    return every_row(
        db.query(
            "select fingerprint, template, public_area, certificate, added_at from endorsement_keys "
            "where device_id = $device order by added_at, fingerprint",
            {{"$device", id}}
        ),
        [](const Cursor& row) {
            return StoredEndorsementKey{row.sha256(0), row.string(1), row.bytes(2), row.bytes(3), row.time(4)};
        }
    );
}

void add_ak(Database& db, const DeviceId& id, const StoredAk& ak) {
    db.execute(
        "insert into attestation_keys (device_id, generation, public_area, name, added_at) "
        "values ($device, $generation, $public, $name, $at)",
        {{"$device", id.value},
         {"$generation", ak.generation},
         {"$public", ak.public_area},
         {"$name", ak.name},
         {"$at", ak.added_at}}
    );
}

std::optional<StoredAk> current_ak(Database& db, const DeviceId& id) {
    Select query{
        "select ", ak_columns,
        " from attestation_keys k "
        "join device_heads h on h.device_id = k.device_id and h.generation = k.generation"
    };
    return first_row(db.query(query.where("k.device_id = $device", {{"$device", id}})), &read_ak);
}

std::optional<DeviceId> device_of_ak(Database& db, ByteView name) {
    return first_row(
        db.query("select device_id from attestation_keys where name = $name", {{"$name", name}}), &read_id
    );
}

std::vector<StoredAk> aks(Database& db, const DeviceId& id) {
    Select query{"select ", ak_columns, " from attestation_keys k"};
    query.where("k.device_id = $device", {{"$device", id}}).then({" order by k.generation"});
    return every_row(db.query(query), &read_ak);
}

void set_generation(Database& db, const DeviceId& id, std::uint64_t generation) {
    db.execute(
        "update device_heads set generation = $generation, epoch = epoch + 1 where device_id = $device",
        {{"$generation", generation}, {"$device", id.value}}
    );
}

}  // namespace assay::store
