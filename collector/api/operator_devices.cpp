// One device.

#include "base/fields.hpp"
#include "base/text.hpp"
#include "collector/api/operator_import.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/store/reports.hpp"
#include "evidence/tpm/attest.hpp"

namespace assay::api {
namespace {

constexpr std::size_t events_shown = 100;
constexpr std::size_t intervals_shown = 20;
constexpr std::size_t place_bytes = 64;

json::Value attest_clock(const Bytes& attest) {
    const auto decoded = decode_quote_attest(attest);
    if (!decoded) throw store::DatabaseBroken("a stored quote cannot be read");
    return json::Object{
        {"clock_ms", static_cast<std::int64_t>(decoded->clock.clock_ms)},
        {"reset_count", decoded->clock.reset_count},
        {"restart_count", decoded->clock.restart_count},
        {"safe", decoded->clock.safe},
    };
}

json::Object interval_value(const store::ReportInterval& interval) {
    return {
        {"number", static_cast<std::int64_t>(interval.number)},
        {"generation", static_cast<std::int64_t>(interval.generation)},
        {"reports", static_cast<std::int64_t>(interval.reports)},
        {"first_at", to_rfc3339(interval.first.accepted_at)},
        {"last_at", to_rfc3339(interval.last.accepted_at)},
        {"selection", interval.selection},
        {"pcr_digest", to_hex(interval.pcr_digest)},
        {"clock", attest_clock(interval.last.attest)},
    };
}

json::Array events_value(const std::vector<store::DeviceEvent>& events) {
    json::Array out;
    for (const store::DeviceEvent& event : events) {
        out.push_back(json::Object{
            {"number", static_cast<std::int64_t>(event.number)},
            {"at", to_rfc3339(event.at)},
            {"event", event.event},
            {"actor", event.actor},
            {"detail", event.detail},
        });
    }
    return out;
}

json::Array keys_value(store::Database& db, const DeviceId& id) {
    json::Array out;
    for (const store::StoredEndorsementKey& key : store::endorsement_keys(db, id)) {
        out.push_back(json::Object{
            {"fingerprint", to_hex(key.fingerprint)},
            {"template", key.ek_template},
            {"has_certificate", !key.certificate.empty()},
            {"added_at", to_rfc3339(key.added_at)},
        });
    }
    return out;
}

Result<json::Object> show_device(const OperatorContext& context, store::Database& db, const DeviceId& id) {
    store::DeviceFilter only;
    only.device = id;
    const auto rows = store::list_devices(db, only, {}, std::nullopt, 1);
    if (rows.empty()) return no_device(id);
    const UnixMillis now = db.now();
    json::Object out = device_row_value(rows.front(), context.requirement, now);
    out["as_of"] = to_rfc3339(now);
    const store::IdentityCounts identities = store::count_identities(db, id);
    out["conflicts"] = static_cast<std::int64_t>(identities.conflicts);
    out["unknown_identifiers"] = static_cast<std::int64_t>(identities.unknown);
    out["checks"] = checks_value(store::checks_of(db, id));
    out["sources"] = sources_value(store::sources_of(db, id), false);
    out["endorsement_keys"] = keys_value(db, id);
    json::Array intervals;
    for (const store::ReportInterval& one : store::report_intervals(db, id, intervals_shown))
        intervals.push_back(interval_value(one));
    out["reports"] = std::move(intervals);
    out["events"] = events_value(store::device_events(db, id, events_shown));
    if (const auto failed = store::failed_report(db, id)) {
        json::Object value = reason_value(failed->reason, failed->detail);
        value["at"] = to_rfc3339(failed->at);
        out["failed_report"] = std::move(value);
    } else {
        out["failed_report"] = nullptr;
    }
    return out;
}

struct Place {
    std::optional<std::string> site;
    std::optional<std::string> role;
};

Result<Place> read_place(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, 16U << 10U));
    Fields f(body, "body");
    Place out;
    out.site = f.text_if("site", place_bytes);
    out.role = f.text_if("role", place_bytes);
    CHECK_OK(f.finish());
    for (const auto* word : {&out.site, &out.role}) {
        if (*word && !(*word)->empty()) CHECK_OK(check_words(**word, "body", place_bytes));
    }
    if (!out.site && !out.role) return fail(Errc::missing_field, "body", "names neither site nor role");
    return out;
}

Result<json::Object> place(const OperatorContext& context, const OperatorRequest& request) {
    TRY(const DeviceId id, device_of(request));
    TRY(const Place place, read_place(request));
    const auto rules = context.rules.packs();
    return context.store.write([&](store::Database& db) -> Result<json::Object> {
        auto device = store::find_device(db, id);
        if (!device) return no_device(id);
        const std::string site = place.site.value_or(device->site);
        const std::string role = place.role.value_or(device->role);
        store::set_place(db, id, site, role);
        store::add_device_event(
            db, id, {0, db.now(), "placed", request.actor, "site \"" + site + "\", role \"" + role + "\""}
        );
        device->site = site;
        device->role = role;
        judge_again(db, *device, *rules, context.absence);
        return show_device(context, db, id);
    });
}

Result<json::Object> show(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const DeviceId id, device_of(request));
    return context.store.read([&context, &id](store::Database& db) { return show_device(context, db, id); });
}

Result<json::Object> show_inventory(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const DeviceId id, device_of(request));
    return context.store.read([&id](store::Database& db) -> Result<json::Object> {
        const auto device = store::find_device(db, id);
        if (!device) return no_device(id);
        return scan_value(db, *device);
    });
}

}  // namespace

net::Response get_device(const OperatorContext& context, const OperatorRequest& request) {
    return answer(show(context, request));
}

net::Response patch_device(const OperatorContext& context, const OperatorRequest& request) {
    return answer(place(context, request));
}

net::Response get_device_inventory(const OperatorContext& context, const OperatorRequest& request) {
    return answer(show_inventory(context, request));
}

}  // namespace assay::api
