#include "collector/store/reports.hpp"

#include "collector/store/words.hpp"

namespace assay::store {
namespace {

PcrValues pcr_values_of(Database& db, const DeviceId& id, std::uint64_t interval) {
    const auto row = db.query(
        "select bank, pcr, digest from interval_pcrs where device_id = $device and interval = $interval",
        {{"$device", id.value}, {"$interval", interval}}
    );
    PcrValues out;
    while (row->next()) {
        const std::optional<HashAlg> bank = hash_alg_of(static_cast<std::uint16_t>(row->integer(0)));
        const std::optional<PcrIndex> pcr = PcrIndex::from(row->count(1));
        const std::optional<Digest> digest = bank ? Digest::of(*bank, row->blob(2)) : std::nullopt;
        if (!pcr || !digest) throw DatabaseBroken("the database holds a PCR value that is none");
        out[*bank].emplace(*pcr, *digest);
    }
    return out;
}

// An open interval's last report stands in the device's head, a closed one's in its own row.
ReportInterval read_interval(const Cursor& row) {
    ReportInterval out;
    out.number = row.count(0);
    out.generation = row.count(1);
    out.first = {row.bytes(2), row.bytes(3), row.bytes(4), row.time(5), row.bytes(13)};
    out.selection = row.string(6);
    out.pcr_digest = row.bytes(7);
    out.reports = row.count(8);
    out.last = {row.bytes(9), row.bytes(10), row.bytes(11), row.time(12), row.bytes(14), row.bytes(15)};
    return out;
}

DocumentKind document_kind(std::string_view word) {
    const auto kind = document_kind_named(word);
    if (!kind) throw DatabaseBroken("unknown kind of document in the database");
    return *kind;
}

void forget_documents(Database& db, const DeviceId& id) {
    std::vector<Sha256> forgotten;
    {
        const auto row = db.query(
            "delete from possessions where device_id = $device and sha256 in (select sha256 from possessions "
            "where device_id = $device order by used_at desc, sha256 limit 1000000 offset $kept) returning sha256",
            {{"$device", id.value}, {"$kept", documents_kept}}
        );
        while (row->next()) forgotten.push_back(row->sha256(0));
    }
    for (const Sha256& document : forgotten) {
        db.execute(
            "insert into released_documents (sha256) values ($document) on conflict (sha256) do nothing",
            {{"$document", document}}
        );
    }
}

void close_interval(Database& db, const DeviceId& id) {
    db.execute(
        "update report_intervals set reports = h.reports, last_statement = h.statement, last_attest = h.attest, "
        "last_signature = h.signature, last_at = h.accepted_at, last_binding = h.binding from device_heads h "
        "where h.device_id = $device and report_intervals.device_id = $device "
        "and report_intervals.interval = h.interval",
        {{"$device", id.value}}
    );
}

}  // namespace

std::vector<ReportInterval> report_intervals(Database& db, const DeviceId& id, std::size_t limit) {
    std::vector<ReportInterval> out = every_row(
        db.query(
            "select r.interval, r.generation, r.first_statement, r.first_attest, r.first_signature, r.first_at, "
            "r.selection, r.pcr_digest, coalesce(r.reports, h.reports), coalesce(r.last_statement, h.statement), "
            "coalesce(r.last_attest, h.attest), coalesce(r.last_signature, h.signature), "
            "coalesce(r.last_at, h.accepted_at), r.first_binding, "
            "case when r.last_at is null then h.binding else r.last_binding end, "
            "case when r.last_at is null then h.ima_tail else x'' end "
            "from report_intervals r join device_heads h on h.device_id = r.device_id "
            "where r.device_id = $device order by r.interval desc limit $limit",
            {{"$device", id}, {"$limit", limit}}
        ),
        &read_interval
    );
    for (ReportInterval& interval : out) interval.pcr_values = pcr_values_of(db, id, interval.number);
    return out;
}

std::optional<ReportInterval> last_interval(Database& db, const DeviceId& id) {
    std::vector<ReportInterval> newest = report_intervals(db, id, 1);
    if (newest.empty()) return std::nullopt;
    return std::move(newest.front());
}

void open_interval(Database& db, const DeviceId& id, const ReportInterval& interval, UnixMillis valid_until) {
    close_interval(db, id);
    db.execute(
        "insert into report_intervals (device_id, interval, generation, first_statement, first_attest, "
        "first_signature, first_at, first_binding, selection, pcr_digest) values ($device, $interval, $generation, "
        "$statement, $attest, $signature, $at, $binding, $selection, $digest)",
        {{"$device", id.value},
         {"$interval", interval.number},
         {"$generation", interval.generation},
         {"$statement", interval.first.statement},
         {"$attest", interval.first.attest},
         {"$signature", interval.first.signature},
         {"$at", interval.first.accepted_at},
         {"$binding", interval.first.binding},
         {"$selection", interval.selection},
         {"$digest", interval.pcr_digest}}
    );
    for (const auto& [bank, pcrs] : interval.pcr_values) {
        for (const auto& [pcr, digest] : pcrs) {
            db.execute(
                "insert into interval_pcrs (device_id, interval, bank, pcr, digest) "
                "values ($device, $interval, $bank, $pcr, $digest)",
                {{"$device", id.value},
                 {"$interval", interval.number},
                 {"$bank", static_cast<int>(bank)},
                 {"$pcr", std::uint64_t{pcr.value()}},
                 {"$digest", digest.bytes()}}
            );
        }
    }
    db.execute(
        "update device_heads set interval = $interval, reports = $reports, statement = $statement, "
        "attest = $attest, signature = $signature, binding = $binding, ima_tail = $tail, accepted_at = $at, "
        "valid_until = $valid where device_id = $device",
        {{"$interval", interval.number},
         {"$reports", interval.reports},
         {"$statement", interval.last.statement},
         {"$attest", interval.last.attest},
         {"$signature", interval.last.signature},
         {"$binding", interval.last.binding},
         {"$tail", interval.last.ima_tail},
         {"$at", interval.last.accepted_at},
         {"$valid", valid_until},
         {"$device", id.value}}
    );
}

bool record_heartbeat(Database& db, const Heartbeat& heartbeat) {
    return db.execute(
               "update device_heads set epoch = epoch + 1, reports = reports + 1, statement = $statement, "
               "attest = $attest, signature = $signature, binding = $binding, ima_tail = $tail, accepted_at = $at, "
               "valid_until = $valid where device_id = $device and epoch = $epoch and interval = $interval",
               {{"$statement", heartbeat.statement},
                {"$attest", heartbeat.attest},
                {"$signature", heartbeat.signature},
                {"$binding", heartbeat.binding},
                {"$tail", heartbeat.ima_tail},
                {"$at", heartbeat.accepted_at},
                {"$valid", heartbeat.valid_until},
                {"$device", heartbeat.device.value},
                {"$epoch", heartbeat.epoch},
                {"$interval", heartbeat.interval}}
           ) == 1;
}

std::optional<PcrValues> known_pcr_values(
    Database& db, const DeviceId& id, std::string_view selection, ByteView pcr_digest
) {
    const auto interval = first_row(
        db.query(
            "select interval from report_intervals where device_id = $device and pcr_digest = $digest "
            "and selection = $selection order by interval desc limit 1",
            {{"$device", id}, {"$digest", pcr_digest}, {"$selection", selection}}
        ),
        [](const Cursor& row) { return row.count(0); }
    );
    if (!interval) return std::nullopt;
    return pcr_values_of(db, id, *interval);
}

void mark_document_used(Database& db, const DeviceId& id, const Sha256& document, UnixMillis now) {
    db.execute(
        "update possessions set used_at = $now where device_id = $device and sha256 = $document",
        {{"$now", now}, {"$device", id.value}, {"$document", document}}
    );
}

void keep_document(Database& db, const DeviceId& id, const KnownDocument& document, ByteView body, UnixMillis now) {
    db.execute(
        "insert into documents (sha256, body) values ($document, $body) on conflict (sha256) do nothing",
        {{"$document", document.ref.sha256}, {"$body", body}}
    );
    db.execute(
        "insert into possessions (device_id, sha256, kind, size, replayed, used_at) "
        "values ($device, $document, $kind, $size, $replayed, $now) on conflict (device_id, sha256) do update set "
        "kind = excluded.kind, replayed = excluded.replayed, used_at = excluded.used_at",
        {{"$device", id.value},
         {"$document", document.ref.sha256},
         {"$kind", name(document.ref.kind)},
         {"$size", document.ref.size},
         {"$replayed", document.replayed},
         {"$now", now}}
    );
    forget_documents(db, id);
}

void name_document(Database& db, const DeviceId& id, std::uint64_t interval, const Sha256& document) {
    db.execute(
        "insert into interval_documents (device_id, interval, sha256) values ($device, $interval, $document) "
        "on conflict (device_id, interval, sha256) do nothing",
        {{"$device", id.value}, {"$interval", interval}, {"$document", document}}
    );
}

std::vector<KnownDocument> known_documents(Database& db, const DeviceId& id) {
    return every_row(
        db.query(
            "select sha256, kind, size, replayed from possessions where device_id = $device "
            "order by used_at desc, sha256",
            {{"$device", id}}
        ),
        [](const Cursor& row) {
            KnownDocument out;
            out.ref.sha256 = row.sha256(0);
            out.ref.kind = document_kind(row.text(1));
            out.ref.size = row.count(2);
            out.replayed = row.boolean(3);
            return out;
        }
    );
}

std::optional<Bytes> current_document(Database& db, const DeviceId& id, DocumentKind kind) {
    return first_row(
        db.query(
            "select d.body from device_heads h "
            "join interval_documents i on i.device_id = h.device_id and i.interval = h.interval "
            "join possessions p on p.device_id = i.device_id and p.sha256 = i.sha256 and p.kind = $kind "
            "join documents d on d.sha256 = p.sha256 where h.device_id = $device",
            {{"$device", id}, {"$kind", name(kind)}}
        ),
        [](const Cursor& row) { return row.bytes(0); }
    );
}

std::optional<Bytes> document_of(Database& db, const DeviceId& id, const Sha256& document) {
    return first_row(
        db.query(
            "select d.body from possessions p join documents d on d.sha256 = p.sha256 "
            "where p.device_id = $device and p.sha256 = $document",
            {{"$device", id}, {"$document", document}}
        ),
        [](const Cursor& row) { return row.bytes(0); }
    );
}

}  // namespace assay::store
