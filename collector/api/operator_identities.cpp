// Identity conflicts, and numbers that nobody is known to hold.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/findings/conflict.hpp"
#include "policy/registries.hpp"

namespace assay::api {
namespace {

Result<json::Object> conflicts(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    store::ConflictFilter filter;
    filter.device = query.device("device");
    filter.site = query.site();
    filter.kind = query.kind("kind");
    if (const auto rule = query.word("rule", &conflict_rule_named)) filter.rule = std::string(name(*rule));
    filter.number = query.vendor();
    filter.since = query.time("changed_since");
    const std::size_t limit = query.limit();
    std::optional<store::PartCursor> after;
    if (const auto cursor = query.cursor(2)) {
        TRY(const DeviceId id, DeviceId::parse(cursor->front(), "cursor"));
        after = store::PartCursor{id, cursor->back()};
    }
    CHECK_OK(query.finish());
    return context.store.read([&](store::Database& db) {
        return page_of_rows(
            db.now(), store::list_conflicts(db, filter, after, limit), limit, &conflict_value,
            [](const store::ConflictRow& last) { return std::vector{last.owner.device.text(), last.conflict.id}; }
        );
    });
}

std::optional<Registry> known_registry(std::string_view word) {
    const auto found = registry_named(word, "registry");
    return found ? std::optional(*found) : std::nullopt;
}

Result<json::Object> unknown_identifiers(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    store::UnknownFilter filter;
    filter.device = query.device("device");
    filter.site = query.site();
    if (const auto registry = query.word("registry", &known_registry)) filter.registry = std::string(name(*registry));
    if (const auto why = query.word("reason", &policy::unknown_named)) filter.reason = std::string(name(*why));
    filter.since = query.time("changed_since");
    const std::size_t limit = query.limit();
    std::optional<store::UnknownCursor> after;
    if (const auto cursor = query.cursor(2)) after = store::UnknownCursor{cursor->front(), cursor->back()};
    CHECK_OK(query.finish());
    return context.store.read([&](store::Database& db) {
        return page_of_rows(
            db.now(), store::list_unknown(db, filter, after, limit), limit, &unknown_value,
            [](const store::UnknownRow& last) { return std::vector{last.registry, last.vendor}; }
        );
    });
}

}  // namespace

net::Response get_conflicts(const OperatorContext& context, const OperatorRequest& request) {
    return answer(conflicts(context, request));
}

net::Response get_unknown_identifiers(const OperatorContext& context, const OperatorRequest& request) {
    return answer(unknown_identifiers(context, request));
}

}  // namespace assay::api
