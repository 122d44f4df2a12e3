#include "base/text.hpp"
#include "collector/cli/listing.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

Cell shown_cell(const json::Object& item) {
    const std::string state = text_at(item, "shown.state");
    if (text_at(item, "trusted") == "yes") return {"trusted", Tone::good};
    return {text_at(item, "shown.axis") + ": " + state, tone_of(state)};
}

// Where what is known of the device comes from, when it is not a live agent.
Cell origin_cell(const json::Object& item) {
    const std::string origin = text_at(item, "origin");
    return {origin, origin == "live" ? Tone::plain : Tone::warn};
}

std::string axis_line(const json::Object& device, std::string_view axis, const Context& context) {
    const json::Object& at = object_at(device, axis);
    const std::string state = text_at(at, "state");
    if (state.empty()) return {};
    std::string line = fmt::format("  {:<10} ", axis) + toned(printable(state), tone_of(state), context.colour);
    line += " (" + printable(text_at(at, "reason"));
    if (const std::string since = short_time(text_at(at, "since")); !since.empty())
        line += ", since " + printable(since);
    line += ")";
    if (const std::string detail = text_at(at, "detail"); !detail.empty()) line += ": " + printable(detail);
    return line + "\n";
}

std::string headline(const json::Object& device) {
    std::string out = "device " + printable(text_at(device, "id")) + "\n";
    out += sentence("name", text_at(device, "host.name"));
    out += sentence("maker", text_at(device, "host.maker"));
    out += sentence("model", text_at(device, "host.model"));
    out += sentence("serial", text_at(device, "host.serial"));
    out += sentence("site", text_at(device, "site"));
    out += sentence("role", text_at(device, "role"));
    const std::string origin = text_at(device, "origin");
    if (origin == "replayed") out += "  REPLAYED: read from a captured tree; nothing was asked of a live device\n";
    if (origin == "imported") out += "  IMPORTED: a person's file; no TPM vouches for any of it\n";
    out += sentence("attestation key generation", text_at(device, "generation"));
    out += sentence("last report", short_time(text_at(device, "last_report_at")));
    return out;
}

std::string checks(const json::Object& device, bool why, const Context& context) {
    const json::Array& all = array_at(device, "checks");
    if (all.empty()) return "checks: none, no report was accepted yet\n";
    std::string out = "checks of the last report, in order\n";
    for (const json::Value& value : all) {
        if (!value.is_object()) continue;
        const json::Object& check = value.get_object();
        const std::string outcome = text_at(check, "outcome");
        out += fmt::format("  {:<18} ", printable(text_at(check, "check"))) +
               toned(printable(outcome), tone_of(outcome), context.colour);
        if (const std::string reason = text_at(check, "reason"); !reason.empty()) out += " (" + printable(reason) + ")";
        out += "\n";
        if (!why) continue;
        for (const char* part : {"detail", "meaning"}) {
            if (const std::string text = text_at(check, part); !text.empty()) out += "      " + printable(text) + "\n";
        }
        const std::string advice = text_at(check, "advice");
        if (outcome != "passed" && !advice.empty()) out += "      What to do: " + printable(advice) + "\n";
    }
    return out;
}

std::string sources(const json::Object& device) {
    std::string out;
    for (const json::Value& value : array_at(device, "sources")) {
        if (!value.is_object() || text_at(value.get_object(), "state") == "ok") continue;
        const json::Object& source = value.get_object();
        const std::string detail = text_at(source, "detail");
        out += fmt::format(
            "  {}: {}{}\n", printable(text_at(source, "source")), printable(text_at(source, "state")),
            detail.empty() ? "" : ", " + printable(detail)
        );
    }
    return out.empty() ? out : "not looked at\n" + out;
}

std::string history(const json::Object& device) {
    std::string out;
    for (const json::Value& value : array_at(device, "events")) {
        if (!value.is_object()) continue;
        const json::Object& event = value.get_object();
        out += fmt::format(
            "  {}  {:<16} {} {}\n", printable(short_time(text_at(event, "at"))), printable(text_at(event, "event")),
            printable(text_at(event, "actor")), printable(text_at(event, "detail"))
        );
    }
    return out.empty() ? out : "events, newest first\n" + out;
}

}  // namespace

Exit run(const ListDevices& command, const Context& context) {
    Call call{.path = "/v1/devices", .query = {}, .body = {}};
    add_filters(call.query, command.filters);
    return show_list(
        context, std::move(call), command.filters.limit,
        {id_member("id", "id", "id"),
         member("name", "name", "name", 10),
         member("site", "site", "site", 6),
         {{.title = "state", .field = "shown_state", .least = 12}, shown_cell},
         {{.title = "source", .field = "origin"}, origin_cell},
         member("reason", "shown_reason", "shown.reason", 12),
         {{.title = "parts", .field = "components", .number = true},
          [](const json::Object& i) { return Cell(text_at(i, "components")); }},
         {{.title = "findings", .field = "findings", .number = true},
          [](const json::Object& i) { return Cell(text_at(i, "findings")); }},
         {{.title = "to do", .field = "open_items", .number = true},
          [](const json::Object& i) { return Cell(text_at(i, "open_items")); }},
         time_member("last report", "last_report_at", "last_report_at"),
         only_csv("role", "role"),
         only_csv("trusted", "trusted"),
         only_csv("lifecycle", "lifecycle.state"),
         only_csv("identity", "identity.state"),
         only_csv("boot", "boot.state"),
         only_csv("runtime", "runtime.state"),
         only_csv("freshness", "freshness.state"),
         only_csv("enrolled_at", "enrolled_at")},
        "no device"
    );
}

Exit run(const ShowDevice& command, const Context& context) {
    const auto id = device_id(context, command.device);
    if (!id) return complain(context, id.error());
    const auto device = ask(context, {.path = "/v1/devices/" + escaped(*id), .query = {}, .body = {}});
    if (!device) return complain(context, device.error());
    if (context.format == Format::json) {
        context.out(json::pretty(*device));
        return Exit::done;
    }
    std::string out = headline(*device);
    const bool trusted = text_at(*device, "trusted") == "yes";
    out += toned(trusted ? "trusted" : "not trusted", trusted ? Tone::good : Tone::warn, context.colour) + "\n";
    for (const char* axis : {"lifecycle", "identity", "boot", "runtime", "freshness"})
        out += axis_line(*device, axis, context);
    out += checks(*device, command.why, context);
    out += sources(*device);
    out += fmt::format(
        "{} components, {} findings, {} items to do, {} identity conflicts, {} unknown identifiers\n",
        text_at(*device, "components"), text_at(*device, "findings"), text_at(*device, "open_items"),
        text_at(*device, "conflicts"), text_at(*device, "unknown_identifiers")
    );
    if (!command.why) out += history(*device);
    context.out(out);
    return Exit::done;
}

Exit run(const PlaceDevice& command, const Context& context) {
    const auto id = device_id(context, command.device);
    if (!id) return complain(context, id.error());
    json::Object body;
    if (command.site) body["site"] = *command.site;
    if (command.role) body["role"] = *command.role;
    const auto done = ask(
        context,
        {.method = net::Method::patch, .path = "/v1/devices/" + escaped(*id), .query = {}, .body = json::compact(body)}
    );
    if (!done) return complain(context, done.error());
    context.out(fmt::format(
        "{}: site {}, role {}\n", id->substr(0, 12), printable(text_at(*done, "site")),
        printable(text_at(*done, "role"))
    ));
    return Exit::done;
}

}  // namespace assay::cli
