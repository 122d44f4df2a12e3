#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "certs/trust_anchors.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

#include <algorithm>

namespace assay::api {
namespace {

constexpr std::size_t pem_bytes = 200U << 10U;
constexpr std::size_t most_anchors = 1'000;

struct Addition {
    std::vector<CaCertificate> certificates;
    std::string note;
};

Result<Addition> read_addition(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, 256U << 10U));
    Fields f(body, "body");
    const json::Value* pem = f.any("pem");  // lines: text() takes none
    Addition out;
    out.note = f.text_if("note", note_bytes).value_or("");
    CHECK_OK(f.finish());
    if (pem == nullptr || !pem->is_string()) return fail(Errc::missing_field, "pem", "is not there, or is no text");
    if (pem->get_string().size() > pem_bytes) return fail(Errc::limit_exceeded, "pem", "is too long");
    if (!out.note.empty()) CHECK_OK(check_words(out.note, "note", note_bytes));
    TRY(out.certificates, read_ca_certificates(as_bytes(std::string_view(pem->get_string()))));
    return out;
}

Result<json::Object> add(const OperatorContext& context, const OperatorRequest& request) {
    TRY(const Addition addition, read_addition(request));
    auto out = context.store.write([&](store::Database& db) -> Result<json::Object> {
        if (store::trust_anchors(db).size() + addition.certificates.size() > most_anchors)
            return fail(Errc::limit_exceeded, "pem", "more than 1000 CAs would be trusted");
        json::Array items;
        for (const CaCertificate& ca : addition.certificates) {
            const store::TrustAnchor anchor{ca.sha256, ca.der, ca.subject, addition.note, request.actor, db.now()};
            const bool added = store::add_trust_anchor(db, anchor);
            json::Object item = anchor_value(anchor);
            item["added"] = added;
            items.push_back(std::move(item));
        }
        return page_of(db.now(), std::move(items), "");
    });
    if (out && context.anchors_changed) context.anchors_changed();
    return out;
}

Result<json::Object> list(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    const std::size_t limit = query.limit();
    std::size_t skip = 0;
    if (const auto cursor = query.cursor(1)) {
        const auto number = number_of(cursor->front());
        if (!number || *number > most_anchors) return fail(Errc::bad_value, "cursor", "was not given by this list");
        skip = static_cast<std::size_t>(*number);
    }
    CHECK_OK(query.finish());
    return context.store.read([skip, limit](store::Database& db) {
        const auto all = store::trust_anchors(db);
        json::Array items;
        for (std::size_t i = skip; i < all.size() && items.size() < limit; ++i) items.push_back(anchor_value(all[i]));
        const std::size_t end = skip + items.size();
        return page_of(db.now(), std::move(items), end < all.size() ? make_cursor({std::to_string(end)}) : "");
    });
}

Result<json::Object> remove(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    const std::string& prefix = request.params.at("sha256");
    TRY(const Sha256 hash, from_hex_array<32>(prefix, "sha256"));
    const bool removed =
        context.store.write([&hash](store::Database& db) { return store::remove_trust_anchor(db, hash); });
    if (!removed) return fail(Errc::not_found, "sha256", "no operator added a CA with this SHA-256");
    if (context.anchors_changed) context.anchors_changed();
    return json::Object{{"removed", prefix}};
}

}  // namespace

net::Response get_trust_anchors(const OperatorContext& context, const OperatorRequest& request) {
    return answer(list(context, request));
}

net::Response post_trust_anchors(const OperatorContext& context, const OperatorRequest& request) {
    return answer(add(context, request));
}

net::Response delete_trust_anchor(const OperatorContext& context, const OperatorRequest& request) {
    return answer(remove(context, request));
}

}  // namespace assay::api
