// What happened over the fleet.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

namespace assay::api {
namespace {

std::vector<std::string> mark(const store::ChangeRow& last) {
    return {
        std::to_string(last.at.value), last.owner.device.text(), std::to_string(last.item), std::to_string(last.number)
    };
}

std::optional<store::ChangeCursor> read_cursor(QueryReader& query) {
    const auto texts = query.cursor(4);
    if (!texts) return std::nullopt;
    const auto at = number_of((*texts)[0]);
    const auto device = DeviceId::parse((*texts)[1], "cursor");
    const auto item = number_of((*texts)[2]);
    const auto number = number_of((*texts)[3]);
    if (!at || !device || !item || !number) {
        query.refuse_cursor();
        return std::nullopt;
    }
    return store::ChangeCursor{{static_cast<std::int64_t>(*at)}, *device, *item, *number};
}

Result<json::Object> changes(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    store::ChangeFilter filter;
    filter.device = query.device("device");
    filter.site = query.site();
    filter.since = query.time("changed_since");
    const std::size_t limit = query.limit();
    const std::optional<store::ChangeCursor> after = read_cursor(query);
    CHECK_OK(query.finish());
    return context.store.read([&](store::Database& db) {
        return page_of_rows(
            db.now(), store::list_changes(db, filter, after, limit), limit, &change_value,
            [](const store::ChangeRow& last) { return mark(last); }
        );
    });
}

}  // namespace

net::Response get_changes(const OperatorContext& context, const OperatorRequest& request) {
    return answer(changes(context, request));
}

}  // namespace assay::api
