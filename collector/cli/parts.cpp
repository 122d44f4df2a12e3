// Components and findings over the fleet.

#include "base/text.hpp"
#include "collector/cli/listing.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

std::string identifiers(const json::Object& item) {
    std::string out;
    for (const json::Value& value : array_at(item, "identifiers")) {
        if (!value.is_object()) continue;
        if (!out.empty()) out += ' ';
        out += text_at(value.get_object(), "registry") + ":" + text_at(value.get_object(), "value");
    }
    return out;
}

std::string serial(const json::Object& item) {
    const std::string why = text_at(item, "serial.unreadable");
    return why.empty() ? text_at(item, "serial") : "(" + why + ")";
}

std::string firmware(const json::Object& item) {
    std::string out;
    for (const json::Value& value : array_at(item, "firmware")) {
        if (!value.is_object()) continue;
        const std::string version = text_at(value.get_object(), "version");
        if (version.empty()) continue;
        if (!out.empty()) out += ' ';
        out += version;
    }
    return out;
}

std::string place(const json::Object& item) {
    for (const char* where : {"location.slot", "location.port", "location.path"}) {
        if (std::string text = text_at(item, where); !text.empty()) return text;
    }
    return {};
}

Cell demand(const json::Object& item) {
    std::string text = text_at(item, "action");
    if (const std::string day = text_at(item, "deadline"); !day.empty()) text += " " + day;
    if (const std::string excepted = text_at(item, "excepted"); !excepted.empty())
        return {text + " (excepted)", Tone::faint};
    return {text, text.starts_with("remove_by") ? Tone::bad : Tone::warn};
}

Listed made(std::string title, std::string field, std::string (*make)(const json::Object&), std::size_t least = 8) {
    return {{.title = std::move(title), .field = std::move(field), .least = least}, [make](const json::Object& item) {
                return Cell(make(item));
            }};
}

std::string why(const json::Object& item) {
    std::string out =
        "\n" + printable(text_at(item, "device_name")) + " " + printable(text_at(item, "component")) + "\n";
    for (const json::Value& value : array_at(object_at(item, "finding"), "explanation")) {
        if (value.is_string()) out += "  " + printable(value.get_string()) + "\n";
    }
    return out;
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

const std::vector<Listed>& finding_columns() {
    static const std::vector<Listed> columns{
        id_member("device", "device", "device"),
        member("name", "device_name", "device_name", 10),
        member("site", "site", "site", 6),
        member("component", "component", "component", 14),
        member("entity", "entity", "entity", 8),
        member("authority", "authority", "authority", 8),
        {{.title = "demand", .field = "demand", .least = 10}, demand},
        member("why", "reason", "reason", 12),
        member("proof", "proof", "proof", 8),
        only_csv("kind", "kind"),
        only_csv("entry", "entry"),
        only_csv("list", "list"),
        only_csv("action", "action"),
        only_csv("deadline", "deadline"),
        only_csv("excepted", "excepted"),
        only_csv("origin", "origin"),
        only_csv("first_seen_at", "first_seen_at"),
    };
    return columns;
}

}  // namespace

Exit run(const ListComponents& command, const Context& context) {
    auto call = of_device(context, command.device, "/v1/components", command.filters);
    if (!call) return complain(context, call.error());
    return show_list(
        context, *std::move(call), command.filters.limit,
        {id_member("device", "device", "device"), member("name", "device_name", "device_name", 10),
         member("component", "component", "key", 14), member("kind", "kind", "kind", 10),
         member("part", "label", "label", 10), made("identifiers", "identifiers", identifiers, 14),
         made("serial", "serial", serial), made("firmware", "firmware", firmware), made("place", "place", place),
         member("proof", "proof", "proof", 8), only_csv("site", "site"), only_csv("origin", "origin"),
         only_csv("parent", "parent"), only_csv("first_seen_at", "first_seen_at"),
         only_csv("last_changed_at", "last_changed_at")},
        "no component"
    );
}

Exit run(const ListFindings& command, const Context& context) {
    auto call = of_device(context, command.device, "/v1/findings", command.filters);
    if (!call) return complain(context, call.error());
    if (!command.why || context.format != Format::table) {
        return show_list(context, *std::move(call), command.filters.limit, finding_columns(), "no finding");
    }
    const auto answer = ask_all(context, *std::move(call), command.filters.limit);
    if (!answer) return complain(context, answer.error());
    const json::Array& items = array_at(*answer, "items");
    context.out(render(table_of(items, finding_columns(), context.format), context.width, context.colour, "no finding")
    );
    for (const json::Value& item : items) context.out(why(item.get_object()));
    return Exit::done;
}

}  // namespace assay::cli
