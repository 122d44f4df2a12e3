// One item of the worklist, and what a person does to it.

#include "base/fields.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/api/stored_item.hpp"
#include "collector/store/reports.hpp"
#include "collector/worklist/operate.hpp"

namespace assay::api {
namespace {

Result<store::StoredItem> find(store::Database& db, const std::string& text) {
    const auto number = number_of(text);
    auto item = number ? store::find_item(db, *number) : std::nullopt;
    if (!item) return fail(Errc::not_found, "id", "the worklist has no such item");
    return *std::move(item);
}

Result<json::Object> show(store::Database& db, const std::string& id) {
    TRY(const store::StoredItem stored, find(db, id));
    const auto device = store::find_device(db, stored.device);
    if (!device) throw store::DatabaseBroken("an item of the worklist has no device");
    json::Object out = item_value(item_of(stored), {device->id, device->host.name, device->site, device->origin});
    out["as_of"] = to_rfc3339(db.now());
    out["events"] = item_events_value(store::item_events(db, stored.device, stored.id));
    return out;
}

struct Transition {
    worklist::Request request;
    std::uint64_t version = 0;
};

Result<Transition> read_transition(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, 16U << 10U));
    Fields f(body, "body");
    Transition out;
    const std::string action = f.text("action", 32);
    out.request.note = f.text_if("note", worklist::max_note_bytes).value_or("");
    out.request.date = f.date_if("date");
    out.version = static_cast<std::uint64_t>(f.number("version", 1, json::max_integer));
    const auto known = worklist::action_named(action);
    if (!known) f.refuse(Errc::bad_value, "action", "is no action of a person");
    CHECK_OK(f.finish());
    out.request.action = *known;
    out.request.actor = request.actor;
    return out;
}

std::optional<ClockInfo> last_clock(store::Database& db, const DeviceId& device) {
    const auto interval = store::last_interval(db, device);
    if (!interval) return std::nullopt;
    const auto attest = decode_quote_attest(interval->last.attest);
    if (!attest) throw store::DatabaseBroken("a stored quote cannot be read");
    return attest->clock;
}

std::unexpected<Error> changed_meanwhile() {
    return fail(Errc::conflict, "version", "somebody else changed the item since it was read: read it again");
}

Result<json::Object> move(const OperatorContext& context, const OperatorRequest& request) {
    TRY(const Transition transition, read_transition(request));
    const std::string& id = request.params.at("id");
    return context.store.write([&transition, &id](store::Database& db) -> Result<json::Object> {
        TRY(const store::StoredItem stored, find(db, id));
        if (stored.version != transition.version) return changed_meanwhile();
        const worklist::Item item = item_of(stored);
        TRY(const worklist::Change change,
            worklist::on_operator(item, transition.request, last_clock(db, item.device), db.now()));
        if (!store::update_item(db, stored_item(change.item))) return changed_meanwhile();
        for (const worklist::Event& event : change.events)
            store::add_item_event(db, item.device, stored_event(item.id, event));
        return show(db, id);
    });
}

}  // namespace

net::Response get_item(const OperatorContext& context, const OperatorRequest& request) {
    if (const auto none = no_parameters(request.http.query); !none) return net::error_response(none.error());
    const std::string& id = request.params.at("id");
    return answer(context.store.read([&id](store::Database& db) { return show(db, id); }));
}

net::Response post_transition(const OperatorContext& context, const OperatorRequest& request) {
    return answer(move(context, request));
}

}  // namespace assay::api
