#include "base/fields.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"

namespace assay::api {
namespace {

// "state": a decision, or "waiting" for the devices that wait now, for whatever reason.
void read_state(QueryReader& query, store::EnrolmentFilter& filter) {
    const std::optional<std::string> state = query.text("state");
    if (!state) return;
    filter.waiting = *state == "waiting";
    if (filter.waiting) return;
    filter.decision = store::decision_named(*state);
    if (!filter.decision)
        query.refuse(Errc::bad_value, "state", "is none of waiting, automatic, pending, approved, rejected");
}

Result<store::EnrolmentCursor> read_cursor(const std::vector<std::string>& texts) {
    const auto at = number_of(texts[0]);
    const auto generation = number_of(texts[2]);
    if (!at || !generation) return fail(Errc::bad_value, "cursor", "was not given by this list");
    TRY(const DeviceId device, DeviceId::parse(texts[1], "cursor"));
    return store::EnrolmentCursor{{static_cast<std::int64_t>(*at)}, device, *generation};
}

Result<json::Object> list(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    store::EnrolmentFilter filter;
    read_state(query, filter);
    filter.site = query.site();
    filter.device = query.device("device");
    const std::size_t limit = query.limit();
    std::optional<store::EnrolmentCursor> after;
    if (const auto cursor = query.cursor(3)) {
        TRY(after, read_cursor(*cursor));
    }
    CHECK_OK(query.finish());
    return context.store.read([&filter, &after, limit](store::Database& db) {
        return page_of_rows(
            db.now(), store::list_enrolments(db, filter, after, limit), limit, &enrolment_value,
            [](const store::EnrolmentRow& row) {
                const store::Enrolment& last = row.enrolment;
                return std::vector{
                    std::to_string(last.enrolled_at.value), last.device.text(), std::to_string(last.generation)
                };
            }
        );
    });
}

Result<std::string> read_note(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, 16U << 10U));
    Fields f(body, "body");
    std::string note = f.text("note", note_bytes);
    CHECK_OK(f.finish());
    CHECK_OK(check_words(note, "note", note_bytes));
    return note;
}

Result<json::Object> decide(const OperatorContext& context, const OperatorRequest& request, store::Decision decision) {
    TRY(const DeviceId id, device_of(request));
    TRY(const std::string note, read_note(request));
    return context.store.write([&](store::Database& db) -> Result<json::Object> {
        CHECK_OK(store::decide_enrolment(db, id, decision, request.actor, note));
        const auto rows = store::list_enrolments(db, {.device = id}, std::nullopt, 1);
        if (rows.empty()) throw store::DatabaseBroken("an enrolment was decided and is not there");
        return enrolment_value(rows.front());
    });
}

}  // namespace

net::Response get_enrolments(const OperatorContext& context, const OperatorRequest& request) {
    return answer(list(context, request));
}

net::Response post_approve(const OperatorContext& context, const OperatorRequest& request) {
    return answer(decide(context, request, store::Decision::approved));
}

net::Response post_reject(const OperatorContext& context, const OperatorRequest& request) {
    return answer(decide(context, request, store::Decision::rejected));
}

}  // namespace assay::api
