// Identity conflicts and unknown identifiers over the fleet.

#include "base/text.hpp"
#include "collector/cli/listing.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

Cell number_cell(const json::Object& item) {
    return {text_at(item, "registry") + " " + text_at(item, "value"), Tone::plain};
}

Cell vendor_cell(const json::Object& item) {
    return {text_at(item, "registry") + " " + text_at(item, "vendor"), Tone::plain};
}

Listed count(std::string title, std::string field) {
    return {{.title = std::move(title), .field = field, .number = true}, [field](const json::Object& item) {
                return Cell(text_at(item, field));
            }};
}

std::string why(const json::Object& item) {
    std::string out =
        "\n" + printable(text_at(item, "device_name")) + " " + printable(text_at(item, "component")) + "\n";
    for (const json::Value& value : array_at(object_at(item, "conflict"), "explanation")) {
        if (value.is_string()) out += "  " + printable(value.get_string()) + "\n";
    }
    return out;
}

const std::vector<Listed>& conflict_columns() {
    static const std::vector<Listed> columns{
        id_member("device", "device", "device"),
        member("name", "device_name", "device_name", 10),
        member("site", "site", "site", 6),
        member("component", "component", "component", 14),
        {{.title = "number", .field = "number", .least = 14}, number_cell},
        member("registered to", "holder", "holder", 14),
        member("against", "against", "against", 14),
        member("rule", "rule", "rule", 9),
        member("proof", "proof", "proof", 8),
        only_csv("id", "id"),
        only_csv("kind", "kind"),
        only_csv("part", "label"),
        only_csv("registry", "registry"),
        only_csv("value", "value"),
        only_csv("origin", "origin"),
        only_csv("first_seen_at", "first_seen_at"),
    };
    return columns;
}

Asked<Call> of_device(const Context& context, const std::string& device, std::string path, const Filters& filters) {
    Call call{.path = std::move(path), .query = {}, .body = {}};
    add_filters(call.query, filters);
    if (device.empty()) return call;
    auto id = device_id(context, device);
    if (!id) return std::unexpected(std::move(id.error()));
    call.query["device"] = *std::move(id);
    return call;
}

}  // namespace

Exit run(const ListConflicts& command, const Context& context) {
    auto call = of_device(context, command.device, "/v1/conflicts", command.filters);
    if (!call) return complain(context, call.error());
    if (!command.rule.empty()) call->query["rule"] = command.rule;
    constexpr const char* none = "no identity conflict";
    if (!command.why || context.format != Format::table)
        return show_list(context, *std::move(call), command.filters.limit, conflict_columns(), none);
    const auto answer = ask_all(context, *std::move(call), command.filters.limit);
    if (!answer) return complain(context, answer.error());
    const json::Array& items = array_at(*answer, "items");
    context.out(render(table_of(items, conflict_columns(), context.format), context.width, context.colour, none));
    for (const json::Value& item : items) context.out(why(item.get_object()));
    return Exit::done;
}

Exit run(const ListUnknown& command, const Context& context) {
    auto call = of_device(context, command.device, "/v1/unknown-identifiers", command.filters);
    if (!call) return complain(context, call.error());
    if (!command.registry.empty()) call->query["registry"] = command.registry;
    if (!command.reason.empty()) call->query["reason"] = command.reason;
    return show_list(
        context, *std::move(call), command.filters.limit,
        {{{.title = "vendor's number", .field = "number", .least = 12}, vendor_cell},
         member("reason", "reason", "reason", 14),
         count("numbers", "values"),
         count("devices", "devices"),
         count("components", "components"),
         time_member("first seen", "first_seen_at", "first_seen_at"),
         member("example", "example_value", "example.value", 10),
         member("on", "example_device_name", "example.device_name", 10),
         member("component", "example_component", "example.component", 14),
         only_csv("registry", "registry"),
         only_csv("vendor", "vendor"),
         only_csv("example_device", "example.device"),
         only_csv("example_site", "example.site"),
         only_csv("example_kind", "example.kind"),
         only_csv("example_part", "example.label")},
        "no unknown identifier"
    );
}

}  // namespace assay::cli
