// Components and findings.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

namespace assay::api {
namespace {

Result<store::ComponentFilter> component_filter(QueryReader& query) {
    store::ComponentFilter filter;
    filter.site = query.text("site");
    filter.kind = query.kind("kind");
    QueryReader::Number number = query.vendor();
    filter.registry = std::move(number.registry);
    filter.value = std::move(number.value);
    filter.entity = query.text("entity");
    filter.authority = query.text("authority");
    filter.changed_since = query.time("changed_since");
    return filter;
}

// `device`: of the path, or of the query when it is none.
Result<json::Object> components(
    const OperatorContext& context, const OperatorRequest& request, std::optional<DeviceId> device
) {
    QueryReader query(request.http.query);
    TRY(store::ComponentFilter filter, component_filter(query));
    filter.device = device ? device : query.device("device");
    const std::size_t limit = query.limit();
    std::optional<store::ComponentCursor> after;
    if (const auto cursor = query.cursor(2)) {
        TRY(const DeviceId id, DeviceId::parse(cursor->front(), "cursor"));
        after = store::ComponentCursor{id, cursor->back()};
    }
    CHECK_OK(query.finish());
    return context.store.read([&filter, &after, limit](store::Database& db) {
        const auto rows = store::list_components(db, filter, after, limit);
        json::Array items;
        for (const store::ComponentRow& row : rows) items.push_back(component_value(row));
        std::string next;
        if (rows.size() == limit) next = make_cursor({rows.back().device.text(), rows.back().part.component.key});
        return page_of(db.now(), std::move(items), next);
    });
}

Result<json::Object> findings(
    const OperatorContext& context, const OperatorRequest& request, std::optional<DeviceId> device
) {
    QueryReader query(request.http.query);
    store::FindingFilter filter;
    filter.device = device ? device : query.device("device");
    filter.site = query.text("site");
    filter.kind = query.kind("kind");
    filter.entity = query.text("entity");
    filter.authority = query.text("authority");
    filter.action = query.text("action");
    QueryReader::Number number = query.vendor();
    filter.registry = std::move(number.registry);
    filter.value = std::move(number.value);
    filter.found_since = query.time("changed_since");
    const std::size_t limit = query.limit();
    std::optional<store::FindingCursor> after;
    if (const auto cursor = query.cursor(2)) {
        TRY(const DeviceId id, DeviceId::parse(cursor->front(), "cursor"));
        after = store::FindingCursor{id, cursor->back()};
    }
    CHECK_OK(query.finish());
    return context.store.read([&filter, &after, limit](store::Database& db) {
        const auto rows = store::list_findings(db, filter, after, limit);
        json::Array items;
        for (const store::FindingRow& row : rows) items.push_back(finding_value(row));
        std::string next;
        if (rows.size() == limit) next = make_cursor({rows.back().finding.device.text(), rows.back().finding.id});
        return page_of(db.now(), std::move(items), next);
    });
}

using List = Result<json::Object> (*)(const OperatorContext&, const OperatorRequest&, std::optional<DeviceId>);

net::Response of_device(const OperatorContext& context, const OperatorRequest& request, List list) {
    const auto id = device_of(request);
    if (!id) return net::error_response(id.error());
    const bool known =
        context.store.read([&id](store::Database& db) { return store::find_device(db, *id).has_value(); });
    if (!known) return net::error_response({Errc::not_found, "id", "no device has the id " + id->text()});
    return answer(list(context, request, *id));
}

}  // namespace

net::Response get_components(const OperatorContext& context, const OperatorRequest& request) {
    return answer(components(context, request, std::nullopt));
}

net::Response get_device_components(const OperatorContext& context, const OperatorRequest& request) {
    return of_device(context, request, &components);
}

net::Response get_findings(const OperatorContext& context, const OperatorRequest& request) {
    return answer(findings(context, request, std::nullopt));
}

net::Response get_device_findings(const OperatorContext& context, const OperatorRequest& request) {
    return of_device(context, request, &findings);
}

}  // namespace assay::api
