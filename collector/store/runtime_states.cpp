#include "collector/store/runtime_states.hpp"

#include "collector/store/words.hpp"

#include <array>

namespace assay::store {
namespace {

std::optional<ImaExtension> extension_of(std::string_view word) {
    if (word.empty()) return std::nullopt;
    for (const ImaExtension one : {ImaExtension::own_hash, ImaExtension::padded_sha1, ImaExtension::padded_sha1_only}) {
        if (name(one) == word) return one;
    }
    throw DatabaseBroken("unknown way of extending PCR 10 in the database");
}

RuntimeState read_state(const Cursor& row) {
    RuntimeState out;
    out.list.generation = row.count(0);
    out.list.reset_count = static_cast<std::uint32_t>(row.count(1));
    out.list.boot = row.string(2);
    out.list.replay.count = row.count(3);
    const auto bank = hash_alg_of(static_cast<std::uint16_t>(row.integer(4)));
    const auto value = bank ? Digest::of(*bank, row.blob(5)) : std::nullopt;
    if (!value) throw DatabaseBroken("a replayed value of PCR 10 is no digest of its bank");
    out.list.replay.value = *value;
    out.list.replay.extension = extension_of(row.text(6));
    out.list.proven = row.boolean(7);
    out.judged = row.string(8);
    return out;
}

}  // namespace

void set_device_boot(Database& db, const DeviceId& id, const DeviceBoot& boot) {
    db.execute(
        "insert into device_boots (device_id, maker, model, version, proof) "
        "values ($device, $maker, $model, $version, $proof) "
        "on conflict (device_id) do update set maker = excluded.maker, model = excluded.model, "
        "version = excluded.version, proof = excluded.proof",
        {{"$device", id.value},
         {"$maker", boot.firmware.maker},
         {"$model", boot.firmware.model},
         {"$version", boot.firmware.version},
         {"$proof", name(boot.proof)}}
    );
}

std::optional<DeviceBoot> device_boot(Database& db, const DeviceId& id) {
    return first_row(
        db.query("select maker, model, version, proof from device_boots where device_id = $device", {{"$device", id}}),
        [](const Cursor& row) {
            return DeviceBoot{
                {row.string(0), row.string(1), row.string(2)}, stored(proof_level_named(row.text(3), "proof"))
            };
        }
    );
}

ProofLevel stored_proof(Database& db, const Device& device) {
    if (const auto boot = device_boot(db, device.id)) return boot->proof;
    return device.origin == Origin::live ? ProofLevel::reported : ProofLevel::declared;
}

void set_runtime_state(Database& db, const DeviceId& id, const RuntimeState& state) {
    const KnownImaList& list = state.list;
    db.execute(
        "insert into runtime_states (device_id, generation, reset_count, boot, entries, bank, value, extension, "
        "proven, judged) values ($device, $generation, $resets, $boot, $entries, $bank, $value, $extension, $proven, "
        "$judged) on conflict (device_id) do update set generation = excluded.generation, "
        "reset_count = excluded.reset_count, boot = excluded.boot, entries = excluded.entries, bank = excluded.bank, "
        "value = excluded.value, extension = excluded.extension, proven = excluded.proven, judged = excluded.judged",
        {{"$device", id.value},
         {"$generation", list.generation},
         {"$resets", std::uint64_t{list.reset_count}},
         {"$boot", list.boot},
         {"$entries", list.replay.count},
         {"$bank", static_cast<int>(list.replay.value.alg())},
         {"$value", list.replay.value.bytes()},
         {"$extension", list.replay.extension ? name(*list.replay.extension) : std::string_view()},
         {"$proven", list.proven},
         {"$judged", state.judged}}
    );
}

std::optional<RuntimeState> runtime_state(Database& db, const DeviceId& id) {
    return first_row(
        db.query(
            "select generation, reset_count, boot, entries, bank, value, extension, proven, judged "
            "from runtime_states where device_id = $device",
            {{"$device", id}}
        ),
        &read_state
    );
}

void keep_ima_segment(Database& db, const DeviceId& id, const KnownImaList& list, const StoredImaSegment& segment) {
    db.execute(
        "delete from ima_segments where device_id = $device and (generation <> $generation or reset_count <> $resets)",
        {{"$device", id.value}, {"$generation", list.generation}, {"$resets", std::uint64_t{list.reset_count}}}
    );
    db.execute(
        "insert into ima_segments (device_id, number, generation, reset_count, first, entries, boot, body) "
        "values ($device, (select coalesce(max(number), 0) + 1 from ima_segments where device_id = $device), "
        "$generation, $resets, $first, $entries, $boot, $body)",
        {{"$device", id.value},
         {"$generation", list.generation},
         {"$resets", std::uint64_t{list.reset_count}},
         {"$first", segment.first},
         {"$entries", segment.entries},
         {"$boot", segment.boot},
         {"$body", segment.body}}
    );
}

std::vector<StoredImaSegment> ima_segments(Database& db, const DeviceId& id, const KnownImaList& list) {
    return every_row(
        db.query(
            "select first, entries, boot, body from ima_segments where device_id = $device "
            "and generation = $generation and reset_count = $resets order by number",
            {{"$device", id}, {"$generation", list.generation}, {"$resets", std::uint64_t{list.reset_count}}}
        ),
        [](const Cursor& row) { return StoredImaSegment{row.count(0), row.count(1), row.string(2), row.bytes(3)}; }
    );
}

}  // namespace assay::store
