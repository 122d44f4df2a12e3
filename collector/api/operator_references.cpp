// Reference Values: learned from a device that a person trusts, looked at, approved, and retired. Only what is approved
// accepts anything.

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "certs/document_signature.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/api/reference_draft.hpp"
#include "evidence/limits.hpp"

namespace assay::api {
namespace {

json::Object reference_value(const store::ReferenceDocument& document) {
    json::Object out{{"sha256", to_hex(document.sha256)},
                     {"kind", name(document.kind)},
                     {"name", document.name},
                     {"state", name(document.state)},
                     {"added_by", document.added_by},
                     {"added_at", to_rfc3339(document.added_at)},
                     {"decided_by", document.decided_by},
                     {"signed_by", document.signed_by},
                     {"note", document.note}};
    out["learned_from"] = document.learned_from ? json::Value(document.learned_from->text()) : json::Value();
    out["decided_at"] = document.decided_at ? json::Value(to_rfc3339(*document.decided_at)) : json::Value();
    return out;
}

json::Object learned_value(const Learned& learned) {
    const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    return {
        {"added", number(learned.added)},
        {"known", number(learned.known)},
        {"violations", number(learned.violations)},
        {"unreadable", number(learned.unreadable)}
    };
}

// Made beside the writer, which only keeps it: what is learned of may have megabytes.
Result<json::Object> add(const OperatorContext& context, const OperatorRequest& request) {
    TRY(const ReferenceAddition addition, read_addition(request));
    TRY(ReferenceDraft draft,
        context.store.read([&addition](store::Database& db) { return make_draft(db, addition); }));
    store::ReferenceDocument document;
    document.kind = addition.kind;
    document.sha256 = sha256(draft.body);
    document.name = std::move(draft.name);
    document.body = std::move(draft.body);
    document.learned_from = addition.learn;
    document.added_by = request.actor;
    document.note = addition.note;
    json::Object out = context.store.write([&document](store::Database& db) {
        document.added_at = db.now();
        const bool added = store::add_reference_document(db, document);
        json::Object value = reference_value(*store::find_reference_head(db, document.sha256));
        value["added"] = added;
        return value;
    });
    if (draft.learned) out["learned"] = learned_value(*draft.learned);
    return out;
}

Result<json::Object> list(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    const auto state = query.word<store::ReferenceState>("state", &store::reference_state_named);
    CHECK_OK(query.finish());
    return context.store.read([state](store::Database& db) {
        json::Array items;
        for (const auto& one : store::reference_heads(db, state)) items.push_back(reference_value(one));
        return page_of(db.now(), std::move(items), "");
    });
}

Result<json::Object> show(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const Sha256 hash, from_hex_array<32>(request.params.at("sha256"), "sha256"));
    return context.store.read([&hash](store::Database& db) -> Result<json::Object> {
        const auto document = store::find_reference_document(db, hash);
        if (!document) return fail(Errc::not_found, "sha256", "no Reference Values have this SHA-256");
        json::Object out = reference_value(*document);
        if (document->kind == store::ReferenceKind::runtime_policy) {
            out["document"] = json::Object{{"toml", document->body}};
            return out;
        }
        auto body = json::parse(document->body, {.max_bytes = limits::reference_bytes}, "reference");
        if (!body) throw store::DatabaseBroken("stored Reference Values are no JSON");
        out["document"] = *std::move(body);
        return out;
    });
}

// Whom the signature names, when it holds over the document; "" for none. Who that is, and whether to believe it, is
// for whoever checks a bundle: no CA is asked here.
Result<std::string> signer_of(const OperatorContext& context, const Sha256& hash, ByteView signature) {
    if (signature.empty()) return "";
    const auto [document, now] = context.store.read([&hash](store::Database& db) {
        return std::pair(store::find_reference_document(db, hash), db.now());
    });
    if (!document) return fail(Errc::not_found, "sha256", "no Reference Values have this SHA-256");
    TRY(const DocumentSigner signer,
        check_document_signature(as_bytes(document->body), signature, TrustAnchors{}, now));
    return signer.subject;
}

Result<json::Object> decide(
    const OperatorContext& context, const OperatorRequest& request, store::ReferenceState state
) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const Sha256 hash, from_hex_array<32>(request.params.at("sha256"), "sha256"));
    TRY(const json::Value body, body_of(request, 2 * document_signature_bytes));
    Fields f(body, "body");
    const std::string note = f.text("note", note_bytes);
    Bytes signature;
    if (state == store::ReferenceState::approved) {
        signature = f.base64url_if("signature", document_signature_bytes).value_or(Bytes{});
    }
    CHECK_OK(f.finish());
    CHECK_OK(check_words(note, "note", note_bytes));
    TRY(const std::string signer, signer_of(context, hash, signature));
    auto out = context.store.write([&](store::Database& db) -> Result<json::Object> {
        if (!store::decide_reference_document(db, hash, state, request.actor, note, signature, signer, db.now())) {
            return fail(Errc::not_found, "sha256", "no Reference Values have this SHA-256");
        }
        return reference_value(*store::find_reference_head(db, hash));
    });
    if (!out || !context.references_changed) return out;
    if (const auto done = context.references_changed(hash); !done) {
        return fail(
            done.error().code, "sha256",
            "is " + std::string(name(state)) + ", and not in force (" + done.error().message() +
                "): retire it, and add it anew"
        );
    }
    return out;
}

}  // namespace

net::Response get_references(const OperatorContext& context, const OperatorRequest& request) {
    return answer(list(context, request));
}

net::Response post_references(const OperatorContext& context, const OperatorRequest& request) {
    return answer(add(context, request));
}

net::Response get_reference(const OperatorContext& context, const OperatorRequest& request) {
    return answer(show(context, request));
}

net::Response post_reference_approve(const OperatorContext& context, const OperatorRequest& request) {
    return answer(decide(context, request, store::ReferenceState::approved));
}

net::Response post_reference_retire(const OperatorContext& context, const OperatorRequest& request) {
    return answer(decide(context, request, store::ReferenceState::retired));
}

}  // namespace assay::api
