#include "collector/store/reference_documents.hpp"

#include "base/words.hpp"
#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

namespace assay::store {
namespace {

constexpr auto kinds = words<ReferenceKind>({
    {ReferenceKind::boot_reference, "boot_reference"},
    {ReferenceKind::runtime_policy, "runtime_policy"},
});
constexpr auto states = words<ReferenceState>({
    {ReferenceState::draft, "draft"},
    {ReferenceState::approved, "approved"},
    {ReferenceState::retired, "retired"},
});

constexpr Sql columns(
    "sha256, kind, name, state, learned_from, added_by, added_at, decided_by, decided_at, note, signature, signed_by"
);

ReferenceDocument read_head(const Cursor& row) {
    ReferenceDocument out;
    out.sha256 = row.sha256(0);
    out.kind = stored_word(kinds.named(row.text(1)), row.text(1));
    out.name = row.string(2);
    out.state = stored_word(states.named(row.text(3)), row.text(3));
    if (!row.is_null(4)) out.learned_from = row.device(4);
    out.added_by = row.string(5);
    out.added_at = row.time(6);
    out.decided_by = row.string(7);
    out.decided_at = row.time_if(8);
    out.note = row.string(9);
    out.signature = row.bytes(10);
    out.signed_by = row.string(11);
    return out;
}

ReferenceDocument read_whole(const Cursor& row) {
    ReferenceDocument out = read_head(row);
    out.body = row.string(12);
    return out;
}

}  // namespace

std::string_view name(ReferenceKind kind) {
    return kinds.of(kind);
}

std::string_view name(ReferenceState state) {
    return states.of(state);
}

std::optional<ReferenceState> reference_state_named(std::string_view word) {
    return states.named(word);
}

bool add_reference_document(Database& db, const ReferenceDocument& document) {
    const Param learned_from =
        document.learned_from ? Param("$learned", *document.learned_from) : Param("$learned", Null{});
    return db.execute(
               "insert into reference_documents (sha256, kind, name, body, state, learned_from, added_by, added_at, "
               "decided_by, decided_at, note, signature, signed_by) values ($sha256, $kind, $name, $body, $state, "
               "$learned, $by, $at, '', null, $note, x'', '') on conflict (sha256) do nothing",
               {{"$sha256", document.sha256},
                {"$kind", name(document.kind)},
                {"$name", document.name},
                {"$body", document.body},
                {"$state", name(document.state)},
                learned_from,
                {"$by", document.added_by},
                {"$at", document.added_at},
                {"$note", document.note}}
           ) == 1;
}

std::optional<ReferenceDocument> find_reference_document(Database& db, const Sha256& sha256) {
    Select query{"select ", columns, ", body from reference_documents"};
    return first_row(db.query(query.where("sha256 = $sha256", {{"$sha256", sha256}})), &read_whole);
}

std::optional<ReferenceDocument> find_reference_head(Database& db, const Sha256& sha256) {
    Select query{"select ", columns, " from reference_documents"};
    return first_row(db.query(query.where("sha256 = $sha256", {{"$sha256", sha256}})), &read_head);
}

std::vector<ReferenceDocument> reference_heads(Database& db, std::optional<ReferenceState> state) {
    Select query{"select ", columns, " from reference_documents"};
    if (state) query.where("state = $state", {{"$state", name(*state)}});
    return every_row(db.query(query.then({" order by name, sha256"})), &read_head);
}

std::vector<ReferenceDocument> references_in_force(Database& db) {
    Select query{"select ", columns, ", body from reference_documents"};
    query.where("state = $state", {{"$state", name(ReferenceState::approved)}});
    return every_row(db.query(query.then({" order by name, sha256"})), &read_whole);
}

bool decide_reference_document(
    Database& db, const Sha256& sha256, ReferenceState state, std::string_view by, std::string_view note,
    ByteView signature, std::string_view signed_by, UnixMillis now
) {
    return db.execute(
               "update reference_documents set state = $state, decided_by = $by, decided_at = $now, note = $note, "
               "signature = $signature, signed_by = $signer where sha256 = $sha256",
               {{"$state", name(state)},
                {"$by", by},
                {"$now", now},
                {"$note", note},
                {"$signature", signature},
                {"$signer", signed_by},
                {"$sha256", sha256}}
           ) == 1;
}

}  // namespace assay::store
