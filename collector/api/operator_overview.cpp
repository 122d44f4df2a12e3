// What is neither a device nor an item: the fleet in numbers, packs, rejected attempts, reason codes.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

#include <algorithm>

namespace assay::api {
namespace {

json::Array counts_value(const store::Counts& counts) {
    json::Array out;
    for (const auto& [label, count] : counts)
        out.push_back(json::Object{{"label", label}, {"count", static_cast<std::int64_t>(count)}});
    return out;
}

struct Numbers {
    store::Counts by_trust;
    store::Counts by_state;  // what lists show of each device: "trusted", or the worst axis with its word
};

Numbers numbers_of(const std::vector<store::AlikeDevices>& fleet, const store::DeviceFilter& filter) {
    std::map<std::string, std::uint64_t> by_state;
    std::uint64_t trusted_ones = 0;
    std::uint64_t others = 0;
    for (const store::AlikeDevices& alike : fleet) {
        const Shown shown = worst(alike.standing, filter.now);
        const bool is_trusted = trusted(alike.standing, filter.requirement, filter.now);
        (is_trusted ? trusted_ones : others) += alike.count;
        by_state[is_trusted ? std::string("trusted") : std::string(shown.axis) + ": " + std::string(shown.word)] +=
            alike.count;
    }
    return {{{"trusted", trusted_ones}, {"not_trusted", others}}, {by_state.begin(), by_state.end()}};
}

Result<json::Object> overview(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    return context.store.read([&context](store::Database& db) {
        store::DeviceFilter every;
        every.requirement = context.requirement;
        every.now = db.now();
        const Numbers numbers = numbers_of(store::count_devices(db, every), every);
        return json::Object{
            {"as_of", to_rfc3339(every.now)},
            {"devices_by_trust", counts_value(numbers.by_trust)},
            {"devices_by_state", counts_value(numbers.by_state)},
            {"devices_by_origin", counts_value(store::count_devices_by_origin(db))},
            {"findings_by_authority", counts_value(store::count_findings_by_authority(db))},
            {"findings_by_site", counts_value(store::count_findings_by_site(db))},
            {"items_by_state", counts_value(store::count_items_by_state(db))},
            {"items_by_site", counts_value(store::count_items_by_site(db))},
        };
    });
}

Result<json::Object> packs(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    return context.store.read([](store::Database& db) {
        json::Array items;
        for (const store::StoredPack& pack : store::active_packs(db)) items.push_back(pack_value(pack));
        return page_of(db.now(), std::move(items), "");
    });
}

Result<json::Object> attempts(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    const std::size_t limit = query.limit();
    std::optional<std::uint64_t> before;
    if (const auto cursor = query.cursor(1)) {
        before = number_of(cursor->front());
        if (!before) return fail(Errc::bad_value, "cursor", "was not given by this list");
    }
    CHECK_OK(query.finish());
    return context.store.read([before, limit](store::Database& db) {
        json::Object page = page_of_rows(
            db.now(), store::attempts(db, limit, before), limit, &attempt_value,
            [](const store::Attempt& last) { return std::vector{std::to_string(last.number)}; }
        );
        json::Array counts;
        for (const store::AttemptCount& one : store::attempt_counts(db)) {
            counts.push_back(json::Object{
                {"step", one.step},
                {"reason", one.reason},
                {"count", static_cast<std::int64_t>(one.count)},
                {"last_at", to_rfc3339(one.last_at)},
            });
        }
        page["counts"] = std::move(counts);
        return page;
    });
}

Result<json::Object> reasons(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    json::Array items;
    for (const ReasonText& one : all_reasons())
        items.push_back(json::Object{{"code", one.word}, {"meaning", one.meaning}, {"advice", one.advice}});
    const UnixMillis now = context.store.read([](store::Database& db) { return db.now(); });
    return page_of(now, std::move(items), "");
}

}  // namespace

net::Response get_overview(const OperatorContext& context, const OperatorRequest& request) {
    return answer(overview(context, request));
}

net::Response get_packs(const OperatorContext& context, const OperatorRequest& request) {
    return answer(packs(context, request));
}

net::Response get_attempts(const OperatorContext& context, const OperatorRequest& request) {
    return answer(attempts(context, request));
}

net::Response get_reasons(const OperatorContext& context, const OperatorRequest& request) {
    return answer(reasons(context, request));
}

}  // namespace assay::api
