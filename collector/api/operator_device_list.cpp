// The fleet's devices, listed in any order and counted by what they are.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

#include <algorithm>
#include <array>

namespace assay::api {
namespace {

constexpr std::string_view trusted_word = "trusted";
constexpr std::string_view not_trusted_word = "not_trusted";

// "state" may name a lifecycle, what the appraisal comes to, a freshness, or whether the device is trusted.
void read_state(QueryReader& query, store::DeviceFilter& filter) {
    const std::optional<std::string> state = query.text("state");
    if (!state) return;
    filter.lifecycle = lifecycle_named(*state);
    filter.verdict = verdict_named(*state);
    filter.freshness = freshness_named(*state);
    if (*state == trusted_word || *state == not_trusted_word) filter.trusted = *state == trusted_word;
    if (!filter.lifecycle && !filter.verdict && !filter.freshness && !filter.trusted) {
        query.refuse(
            Errc::bad_value, "state",
            "is none of pending_review, active, retired, affirming, warning, contraindicated, none, fresh, overdue, "
            "never_reported, trusted, not_trusted"
        );
    }
}

store::DeviceFilter read_filter(QueryReader& query, const OperatorContext& context) {
    store::DeviceFilter filter;
    filter.site = query.site();
    filter.role = query.role();
    filter.origin = query.word("origin", &store::origin_named);
    read_state(query, filter);
    filter.entity = query.text("entity");
    filter.authority = query.text("authority");
    filter.kind = query.kind("kind");
    filter.number = query.vendor();
    filter.match = query.text("match");
    filter.changed_since = query.time("changed_since");
    filter.requirement = context.requirement;
    return filter;
}

// A cursor of devices: the order, the key of the last row, its id.
std::vector<std::string> mark(const store::DeviceOrder& order, const store::DeviceRow& last) {
    const auto* number = std::get_if<std::int64_t>(&last.key);
    return {
        name(order), number != nullptr ? std::to_string(*number) : std::get<std::string>(last.key),
        last.device.id.text()
    };
}

std::optional<store::DeviceCursor> read_cursor(QueryReader& query, const store::DeviceOrder& order) {
    const auto texts = query.cursor_in(name(order), 3);
    if (!texts) return std::nullopt;
    const auto id = DeviceId::parse((*texts)[2], "cursor");
    const auto number = number_of((*texts)[1]);
    if (!id || (by_number(order.by) && !number)) {
        query.refuse_cursor();
        return std::nullopt;
    }
    if (by_number(order.by)) return store::DeviceCursor{static_cast<std::int64_t>(*number), *id};
    return store::DeviceCursor{(*texts)[1], *id};
}

Result<json::Object> list(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    store::DeviceFilter filter = read_filter(query, context);
    const store::DeviceOrder order = query.word("sort", &store::device_order_named).value_or(store::DeviceOrder{});
    const std::size_t limit = query.limit();
    const std::optional<store::DeviceCursor> after = read_cursor(query, order);
    CHECK_OK(query.finish());
    return context.store.read([&](store::Database& db) {
        filter.now = db.now();
        return page_of_rows(
            filter.now, store::list_devices(db, filter, order, after, limit), limit,
            [&](const store::DeviceRow& row) { return device_row_value(row, context.requirement, filter.now); },
            [&order](const store::DeviceRow& last) { return mark(order, last); }
        );
    });
}

// As the filter "verdict" takes it: the worst of what was appraised.
Verdict appraised(const Standing& standing) {
    Verdict worst = Verdict::none;
    for (const VerdictState* axis : {&standing.identity, &standing.boot, &standing.runtime})
        worst = std::max(worst, axis->verdict);
    return worst;
}

// Every word that "state" takes, with how many devices it finds: a device counts by each of its readings.
store::Facet states(const std::vector<store::AlikeDevices>& fleet, const store::DeviceFilter& filter) {
    std::map<std::string_view, std::uint64_t> counts;
    for (const store::AlikeDevices& alike : fleet) {
        counts[name(alike.standing.lifecycle.state)] += alike.count;
        counts[name(appraised(alike.standing))] += alike.count;
        counts[name(freshness_of(alike.standing, filter.now).state)] += alike.count;
        const bool is_trusted = trusted(alike.standing, filter.requirement, filter.now);
        counts[is_trusted ? trusted_word : not_trusted_word] += alike.count;
    }
    store::Facet out;
    for (const auto& [word, count] : counts) out.values.emplace_back(word, count);
    std::ranges::stable_sort(out.values, std::greater{}, &store::Counts::value_type::second);
    return out;
}

Result<json::Object> facets(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    store::DeviceFilter filter = read_filter(query, context);
    CHECK_OK(query.finish());
    return context.store.read([&filter](store::Database& db) {
        filter.now = db.now();
        const store::DeviceFacets found = store::device_facets(db, filter);
        const store::Facet state = states(store::count_devices(db, filter), filter);
        const std::array<NamedFacet, 4> all{
            {{"site", &found.site}, {"role", &found.role}, {"state", &state}, {"origin", &found.origin}}
        };
        return facets_value(filter.now, all);
    });
}

}  // namespace

net::Response get_devices(const OperatorContext& context, const OperatorRequest& request) {
    return answer(list(context, request));
}

net::Response get_device_facets(const OperatorContext& context, const OperatorRequest& request) {
    return answer(facets(context, request));
}

}  // namespace assay::api
