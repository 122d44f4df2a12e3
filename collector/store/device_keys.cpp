// The keys of devices: endorsement keys, by which a device is known, and its attestation keys by generation.

#include "collector/store/devices.hpp"

namespace assay::store {
namespace {

StoredAk read_ak(const Cursor& row) {
    return {row.count(0), row.bytes(1), row.bytes(2), row.time(3)};
}

}  // namespace

std::optional<DeviceId> device_of_ek(Database& db, const Sha256& fingerprint) {
    const auto row = db.query(
        "select device_id from endorsement_keys where fingerprint = $fingerprint", {{"$fingerprint", fingerprint}}
    );
    if (!row->next()) return std::nullopt;
    return DeviceId{row->sha256(0)};
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
    const auto row = db.query(
        "select fingerprint, template, public_area, certificate, added_at from endorsement_keys "
        "where device_id = $device order by added_at, fingerprint",
        {{"$device", id.value}}
    );
    std::vector<StoredEndorsementKey> out;
    while (row->next()) {
        out.push_back({row->sha256(0), row->string(1), row->bytes(2), row->bytes(3), row->time(4)});
    }
    return out;
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
    const auto row = db.query(
        "select k.generation, k.public_area, k.name, k.added_at from attestation_keys k "
        "join device_heads h on h.device_id = k.device_id and h.generation = k.generation "
        "where k.device_id = $device",
        {{"$device", id.value}}
    );
    if (!row->next()) return std::nullopt;
    return read_ak(*row);
}

std::optional<DeviceId> device_of_ak(Database& db, ByteView name) {
    const auto row = db.query("select device_id from attestation_keys where name = $name", {{"$name", name}});
    if (!row->next()) return std::nullopt;
    return DeviceId{row->sha256(0)};
}

std::vector<StoredAk> aks(Database& db, const DeviceId& id) {
    const auto row = db.query(
        "select generation, public_area, name, added_at from attestation_keys where device_id = $device "
        "order by generation",
        {{"$device", id.value}}
    );
    std::vector<StoredAk> out;
    while (row->next()) out.push_back(read_ak(*row));
    return out;
}

void set_generation(Database& db, const DeviceId& id, std::uint64_t generation) {
    db.execute(
        "update device_heads set generation = $generation, epoch = epoch + 1 where device_id = $device",
        {{"$generation", generation}, {"$device", id.value}}
    );
}

}  // namespace assay::store
