#include "collector/store/runtime_states.hpp"

#include "collector/store/words.hpp"
#include "collector/verifier/runtime/runtime_progress.hpp"

#include <algorithm>
#include <array>

namespace assay::store {
namespace {

std::optional<ImaExtension> extension_of(std::string_view word) {
    if (word.empty()) return std::nullopt;
    return stored_word(ima_extension_named(word), word);
}

Digest value_of(HashAlg bank, ByteView bytes) {
    const auto value = Digest::of(bank, bytes);
    if (!value) throw DatabaseBroken("a replayed value of PCR 10 is no digest of its bank");
    return *value;
}

// The values in the ways behind the first, one after the other: the last of these as many as there are.
constexpr std::array later_ways{ImaExtension::padded_sha1, ImaExtension::padded_sha1_only};

Bytes bytes_of(const std::vector<ImaReplay>& otherwise) {
    Bytes out;
    for (const ImaReplay& one : otherwise) {
        const ByteView value = one.value.bytes();
        out.insert(out.end(), value.begin(), value.end());
    }
    return out;
}

std::vector<ImaReplay> otherwise_of(const ImaReplay& first, ByteView bytes) {
    const std::size_t size = digest_size(first.value.alg());
    const std::size_t count = (bytes.size() + size - 1) / size;
    if (count > later_ways.size()) throw DatabaseBroken("more values of PCR 10 than ways of extending it");
    std::vector<ImaReplay> out;
    for (std::size_t i = 0; i < count; ++i) {
        const ByteView value = bytes.subspan(i * size, std::min(size, bytes.size() - i * size));
        out.push_back({first.count, value_of(first.value.alg(), value), later_ways[later_ways.size() - count + i]});
    }
    return out;
}

RuntimeState read_state(const Cursor& row) {
    RuntimeState out;
    out.list.generation = row.count(0);
    out.list.reset_count = static_cast<std::uint32_t>(row.count(1));
    out.list.boot = row.string(2);
    out.list.replay.count = row.count(3);
    const auto bank = hash_alg_of(static_cast<std::uint16_t>(row.integer(4)));
    if (!bank) throw DatabaseBroken("a replayed value of PCR 10 is of no known bank");
    out.list.replay.value = value_of(*bank, row.blob(5));
    out.list.replay.extension = extension_of(row.text(6));
    out.list.proven = row.boolean(7);
    out.list.otherwise = otherwise_of(out.list.replay, row.blob(8));
    if (row.is_null(9)) {
        out.kept_bytes.reset();
    } else {
        out.kept_bytes = row.count(9);
    }
    if (row.text(10).empty()) return out;
    if (auto progress = decode_runtime_progress(row.text(10))) {
        out.progress = *std::move(progress);
    } else {
        out.problem = progress.error().message();
    }
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
        "proven, otherwise, kept_bytes, judged) values ($device, $generation, $resets, $boot, $entries, $bank, $value, "
        "$extension, $proven, $otherwise, $kept, $judged) "
        "on conflict (device_id) do update set generation = excluded.generation, "
        "reset_count = excluded.reset_count, boot = excluded.boot, entries = excluded.entries, bank = excluded.bank, "
        "value = excluded.value, extension = excluded.extension, proven = excluded.proven, "
        "otherwise = excluded.otherwise, kept_bytes = excluded.kept_bytes, judged = excluded.judged",
        {{"$device", id.value},
         {"$generation", list.generation},
         {"$resets", std::uint64_t{list.reset_count}},
         {"$boot", list.boot},
         {"$entries", list.replay.count},
         {"$bank", static_cast<int>(list.replay.value.alg())},
         {"$value", list.replay.value.bytes()},
         {"$extension", list.replay.extension ? name(*list.replay.extension) : std::string_view()},
         {"$proven", list.proven},
         {"$otherwise", bytes_of(list.otherwise)},
         {"$kept", state.kept_bytes},
         {"$judged", state.progress ? encode_runtime_progress(*state.progress) : std::string()}}
    );
}

std::optional<RuntimeState> runtime_state(Database& db, const DeviceId& id) {
    return first_row(
        db.query(
            "select generation, reset_count, boot, entries, bank, value, extension, proven, otherwise, kept_bytes, "
            "judged from runtime_states where device_id = $device",
            {{"$device", id}}
        ),
        &read_state
    );
}

void drop_ima_segments(Database& db, const DeviceId& id) {
    db.execute("delete from ima_segments where device_id = $device", {{"$device", id.value}});
}

void keep_ima_segment(Database& db, const DeviceId& id, const KnownImaList& list, const StoredImaSegment& segment) {
    db.execute(
        "delete from ima_segments where device_id = $device and (generation <> $generation or reset_count <> $resets)",
        {{"$device", id.value}, {"$generation", list.generation}, {"$resets", std::uint64_t{list.reset_count}}}
    );
    db.execute(
        "insert into ima_segments (device_id, number, generation, reset_count, first, entries, body) "
        "values ($device, (select coalesce(max(number), 0) + 1 from ima_segments where device_id = $device), "
        "$generation, $resets, $first, $entries, $body)",
        {{"$device", id.value},
         {"$generation", list.generation},
         {"$resets", std::uint64_t{list.reset_count}},
         {"$first", segment.first},
         {"$entries", segment.entries},
         {"$body", segment.body}}
    );
}

std::vector<StoredImaSegment> ima_segments(Database& db, const DeviceId& id, const KnownImaList& list) {
    return every_row(
        db.query(
            "select first, entries, body from ima_segments where device_id = $device "
            "and generation = $generation and reset_count = $resets order by number",
            {{"$device", id}, {"$generation", list.generation}, {"$resets", std::uint64_t{list.reset_count}}}
        ),
        [](const Cursor& row) { return StoredImaSegment{row.count(0), row.count(1), row.bytes(2)}; }
    );
}

}  // namespace assay::store
