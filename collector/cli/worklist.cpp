#include "base/text.hpp"
#include "collector/cli/listing.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

Cell state_cell(const json::Object& item) {
    const std::string state = text_at(item, "state");
    const std::string grade = text_at(item, "grade");
    return {grade.empty() ? state : state + " (" + grade + ")", tone_of(state)};
}

std::string place(const json::Object& item) {
    for (const char* where : {"location.slot", "location.port", "location.path", "component"}) {
        if (std::string text = text_at(item, where); !text.empty()) return text;
    }
    return {};
}

std::string demand(const json::Object& item) {
    std::string text = text_at(item, "demand.action");
    if (const std::string day = text_at(item, "demand.deadline"); !day.empty()) text += " " + day;
    return text.empty() ? "(no longer found)" : text;
}

std::vector<Listed> columns() {
    return {
        {{.title = "item", .field = "item", .least = 4, .number = true},
         [](const json::Object& item) { return Cell(text_at(item, "id")); }},
        {{.title = "state", .field = "state", .least = 12}, state_cell},
        {{.title = "demand", .field = "demand", .least = 10},
         [](const json::Object& item) { return Cell(demand(item)); }},
        member("site", "site", "site", 6),
        id_member("device", "device", "device"),
        member("name", "device_name", "device_name", 10),
        member("part", "label", "label", 10),
        {{.title = "place", .field = "place"}, [](const json::Object& item) { return Cell(place(item)); }},
        member("serial", "serial", "serial"),
        member("authority", "authority", "demand.authority", 8),
        only_csv("component", "component"),
        only_csv("entity", "demand.entity"),
        only_csv("entry", "demand.entry"),
        only_csv("kind", "kind"),
        only_csv("planned_for", "planned_for"),
        only_csv("until", "until"),
        only_csv("origin", "origin"),
        only_csv("opened_at", "opened_at"),
        only_csv("changed_at", "changed_at"),
    };
}

std::string demands(const json::Object& item) {
    std::string out;
    for (const json::Value& value : array_at(item, "demands")) {
        if (!value.is_object()) continue;
        const json::Object& one = value.get_object();
        const std::string day = text_at(one, "deadline");
        out += fmt::format(
            "  {} asks {}{} of {} (entry {})\n", printable(text_at(one, "authority")),
            printable(text_at(one, "action")), day.empty() ? "" : " " + printable(day),
            printable(text_at(one, "entity")), printable(text_at(one, "entry"))
        );
    }
    return out.empty() ? "the active packs no longer find anything on it\n" : "why\n" + out;
}

std::string conditions(const json::Object& item, const Context& context) {
    std::string out;
    for (const json::Value& value : array_at(item, "conditions")) {
        if (!value.is_object()) continue;
        const json::Object& one = value.get_object();
        const std::string standing = text_at(one, "standing");
        out += fmt::format("  {:<17} ", printable(text_at(one, "rule"))) +
               toned(fmt::format("{:<12}", printable(standing)), tone_of(standing), context.colour) + " " +
               printable(text_at(one, "what")) + "\n";
        if (const std::string to_do = text_at(one, "to_do"); !to_do.empty())
            out += std::string(33, ' ') + "What to do: " + printable(to_do) + "\n";
    }
    return out.empty() ? out : "absence, rule by rule\n" + out;
}

std::string events(const json::Object& item) {
    std::string out = "events\n";
    for (const json::Value& value : array_at(item, "events")) {
        if (!value.is_object()) continue;
        const json::Object& one = value.get_object();
        std::string line = fmt::format(
            "  {}  {}: {}", printable(short_time(text_at(one, "at"))), printable(text_at(one, "actor")),
            printable(text_at(one, "event"))
        );
        const std::string from = text_at(one, "from");
        const std::string to = text_at(one, "to");
        if (from != to) line += " (" + printable(from) + " -> " + printable(to) + ")";
        if (const std::string note = text_at(one, "note"); !note.empty()) line += ": " + printable(note);
        out += line + "\n";
    }
    return out;
}

std::string words(const json::Array& all) {
    std::string out;
    for (const json::Value& one : all) {
        if (!one.is_string()) continue;
        if (!out.empty()) out += ", ";
        out += printable(one.get_string());
    }
    return out;
}

std::string item_path(const std::string& item) {
    return "/v1/worklist/" + escaped(item);
}

}  // namespace

Exit run(const ListWorklist& command, const Context& context) {
    Call call{.path = "/v1/worklist", .query = {}, .body = {}};
    add_filters(call.query, command.filters);
    if (command.all) call.query["all"] = "true";
    if (!command.device.empty()) {
        auto id = device_id(context, command.device);
        if (!id) return complain(context, id.error());
        call.query["device"] = *std::move(id);
    }
    return show_list(context, std::move(call), command.filters.limit, columns(), "nothing to do");
}

Exit run(const ShowItem& command, const Context& context) {
    const auto item = ask(context, {.path = item_path(command.item), .query = {}, .body = {}});
    if (!item) return complain(context, item.error());
    if (context.format == Format::json) {
        context.out(json::pretty(*item));
        return Exit::done;
    }
    const Cell state = state_cell(*item);
    std::string out = "item " + printable(text_at(*item, "id")) + ": " +
                      toned(printable(state.text), state.tone, context.colour) + "\n";
    out += sentence("meaning", text_at(*item, "meaning"));
    out += sentence("device", text_at(*item, "device_name") + " " + text_at(*item, "device"));
    out += sentence("site", text_at(*item, "site"));
    out += sentence("part", text_at(*item, "label"));
    out += sentence("component", text_at(*item, "component"));
    out += sentence("slot", text_at(*item, "location.slot"));
    out += sentence("port", text_at(*item, "location.port"));
    out += sentence("serial", text_at(*item, "serial"));
    out += sentence("planned for", text_at(*item, "planned_for"));
    out += sentence("excepted until", text_at(*item, "until"));
    out += sentence("not in reports since", short_time(text_at(*item, "missing_since")));
    out += demands(*item) + conditions(*item, context) + events(*item);
    out += "a person can: " + words(array_at(*item, "allowed")) + "\n";
    context.out(out);
    return Exit::done;
}

Exit run(const MoveItems& command, const Context& context) {
    json::Object asked{{"action", command.action}};
    if (!command.note.empty()) asked["note"] = command.note;
    if (!command.date.empty()) asked["date"] = command.date;
    Exit worst = Exit::done;
    json::Array moved;
    for (const std::string& one : command.items) {
        // The version that was read here is the one that may be changed: what another person did between is not lost.
        const auto item = ask(context, {.path = item_path(one), .query = {}, .body = {}});
        if (!item) return complain(context, item.error());
        const auto version = item->find("version");
        if (version != item->end()) asked["version"] = version->value();
        const auto now =
            ask(context, {.method = net::Method::post,
                          .path = item_path(one) + "/transition",
                          .query = {},
                          .body = json::compact(asked)});
        if (!now) {
            worst = complain(
                context, Trouble{{now.error().error.code, "item " + one, now.error().error.what}, now.error().status}
            );
            continue;
        }
        moved.push_back(*now);
        if (context.format != Format::json)
            context.out(fmt::format(
                "item {}: {} -> {}\n", printable(one), printable(text_at(*item, "state")),
                printable(text_at(*now, "state"))
            ));
    }
    if (context.format == Format::json) context.out(json::pretty(json::Object{{"items", moved}}));
    return worst;
}

}  // namespace assay::cli
