#include "collector/cli/listing.hpp"

namespace assay::cli {
namespace {

// What it came to: of an item that changed its state, from which to which.
Cell to_state(const json::Object& change) {
    const std::string from = text_at(change, "from");
    const std::string to = text_at(change, "to");
    if (from == to) return Cell("");
    return {from + " -> " + to, tone_of(to)};
}

}  // namespace

Exit run(const ListChanges& command, const Context& context) {
    Call call{.path = "/v1/changes", .query = {}, .body = {}};
    add_filters(call.query, command.filters);
    if (!command.device.empty()) {
        auto id = device_id(context, command.device);
        if (!id) return complain(context, id.error());
        call.query["device"] = *std::move(id);
    }
    return show_list(
        context, std::move(call), command.filters.limit,
        {time_member("at", "changed_at", "at"),
         member("site", "site", "site", 6),
         id_member("device", "device", "device"),
         member("name", "device_name", "device_name", 10),
         {{.title = "item", .field = "item", .least = 4, .number = true},
          [](const json::Object& change) { return Cell(text_at(change, "item")); }},
         member("event", "event", "event", 10),
         {{.title = "state", .field = "state", .least = 12}, to_state},
         member("by", "actor", "actor"),
         member("detail", "detail", "detail", 20),
         only_csv("origin", "origin")},
        "nothing has happened"
    );
}

}  // namespace assay::cli
