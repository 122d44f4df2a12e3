// Components and findings.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

namespace assay::api {
namespace {

struct PartQuery {
    store::PartFilter filter;
    std::size_t limit = 0;
    std::optional<store::PartCursor> after;
};

enum class Parts { components, findings };

// `device`: of the path, or of the query when it is none.
Result<PartQuery> read_query(const OperatorRequest& request, std::optional<DeviceId> device, Parts parts) {
    QueryReader query(request.http.query);
    PartQuery out;
    out.filter.device = device ? device : query.device("device");
    out.filter.site = query.site();
    out.filter.kind = query.kind("kind");
    out.filter.entity = query.text("entity");
    out.filter.authority = query.text("authority");
    if (parts == Parts::findings) out.filter.action = query.text("action");
    out.filter.number = query.vendor();
    out.filter.since = query.time("changed_since");
    out.limit = query.limit();
    if (const auto cursor = query.cursor(2)) {
        TRY(const DeviceId id, DeviceId::parse(cursor->front(), "cursor"));
        out.after = store::PartCursor{id, cursor->back()};
    }
    CHECK_OK(query.finish());
    return out;
}

Result<json::Object> components(
    const OperatorContext& context, const OperatorRequest& request, std::optional<DeviceId> device
) {
    TRY(const PartQuery query, read_query(request, device, Parts::components));
    return context.store.read([&query](store::Database& db) {
        return page_of_rows(
            db.now(), store::list_components(db, query.filter, query.after, query.limit), query.limit, &component_value,
            [](const store::ComponentRow& last) {
                return std::vector{last.owner.device.text(), last.part.component.key};
            }
        );
    });
}

Result<json::Object> findings(
    const OperatorContext& context, const OperatorRequest& request, std::optional<DeviceId> device
) {
    TRY(const PartQuery query, read_query(request, device, Parts::findings));
    return context.store.read([&query](store::Database& db) {
        return page_of_rows(
            db.now(), store::list_findings(db, query.filter, query.after, query.limit), query.limit, &finding_value,
            [](const store::FindingRow& last) { return std::vector{last.owner.device.text(), last.finding.id}; }
        );
    });
}

using List = Result<json::Object> (*)(const OperatorContext&, const OperatorRequest&, std::optional<DeviceId>);

net::Response of_device(const OperatorContext& context, const OperatorRequest& request, List list) {
    const auto id = device_of(request);
    if (!id) return net::error_response(id.error());
    const bool known =
        context.store.read([&id](store::Database& db) { return store::find_device(db, *id).has_value(); });
    if (!known) return net::error_response(no_device(*id).error());
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
