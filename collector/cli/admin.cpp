// Enrolments, trust, packs, imports and rejected attempts.

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/cli/listing.hpp"
#include "collector/cli/offline.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

// A document that was encoded here is JSON.
json::Value document_value(const std::string& text) {
    const json::Limits limits{
        .max_bytes = limits::document_bytes, .max_depth = limits::json_depth, .max_values = limits::json_values
    };
    return *json::parse(text, limits, "document");
}

}  // namespace

Exit run(const ListPacks&, const Context& context) {
    return show_list(
        context, {.path = "/v1/packs", .query = {}, .body = {}}, 1'000,
        {member("pack", "id", "id", 12), member("version", "version", "version"), member("date", "date", "date", 10),
         member("title", "title", "title", 20), id_member("sha256", "sha256", "sha256"),
         time_member("loaded", "loaded_at", "loaded_at")},
        "no active pack: nothing is found, and nothing was judged"
    );
}

Exit run(const ListEnrolments& command, const Context& context) {
    Call call{.path = "/v1/enrolments", .query = {}, .body = {}};
    add_filters(call.query, command.filters);
    return show_list(
        context, std::move(call), command.filters.limit,
        {id_member("device", "device", "device"),
         member("name", "device_name", "device_name", 10),
         {{.title = "device is", .field = "lifecycle", .least = 10},
          [](const json::Object& item) { return Cell(text_at(item, "lifecycle"), tone_of(text_at(item, "lifecycle"))); }
         },
         member("decision", "decision", "decision"),
         member("vouched for by", "reason", "reason", 16),
         member("detail", "detail", "detail", 20),
         member("from", "peer", "peer", 10),
         time_member("enrolled", "enrolled_at", "enrolled_at"),
         only_csv("site", "site"),
         only_csv("generation", "generation"),
         only_csv("lifecycle_reason", "lifecycle_reason"),
         only_csv("decided_by", "decided_by"),
         only_csv("decided_at", "decided_at"),
         only_csv("note", "note"),
         only_csv("agent_version", "agent_version")},
        "no enrolment"
    );
}

Exit run(const DecideEnrolments& command, const Context& context) {
    Exit worst = Exit::done;
    const std::string_view decision = command.approve ? "approve" : "reject";
    for (const std::string& one : command.devices) {
        const auto id = device_id(context, one);
        if (!id) {
            worst = complain(context, id.error());
            continue;
        }
        const auto done =
            ask(context, {.method = net::Method::post,
                          .path = fmt::format("/v1/enrolments/{}/{}", escaped(*id), decision),
                          .query = {},
                          .body = json::compact(json::Object{{"note", command.note}})});
        if (!done) {
            worst = complain(context, done.error());
            continue;
        }
        context.out(fmt::format("{} {}\n", id->substr(0, 12), printable(text_at(*done, "decision"))));
    }
    return worst;
}

Exit run(const TrustAdd& command, const Context& context) {
    Exit worst = Exit::done;
    for (const std::string& file : command.files) {
        const auto pem = context.read_file(file);
        if (!pem) {
            worst = complain(context, pem.error());
            continue;
        }
        const auto done =
            ask(context, {.method = net::Method::post,
                          .path = "/v1/trust-anchors",
                          .query = {},
                          .body = json::compact(json::Object{{"pem", *pem}, {"note", command.note}})});
        if (!done) {
            worst = complain(context, done.error());
            continue;
        }
        for (const json::Value& value : array_at(*done, "items")) {
            if (!value.is_object()) continue;
            const json::Object& anchor = value.get_object();
            context.out(fmt::format(
                "{} {} {}\n", text_at(anchor, "added") == "yes" ? "added" : "was there",
                printable(text_at(anchor, "sha256").substr(0, 12)), printable(text_at(anchor, "subject"))
            ));
        }
    }
    return worst;
}

Exit run(const TrustList&, const Context& context) {
    return show_list(
        context, {.path = "/v1/trust-anchors", .query = {}, .body = {}}, 10'000,
        {id_member("sha256", "sha256", "sha256"), member("subject", "subject", "subject", 30),
         member("note", "note", "note", 10), member("added by", "added_by", "added_by"),
         time_member("added", "added_at", "added_at")},
        "no CA was added beyond those that ship"
    );
}

Exit run(const TrustRemove& command, const Context& context) {
    const auto done = ask(
        context,
        {.method = net::Method::delete_, .path = "/v1/trust-anchors/" + escaped(command.sha256), .query = {}, .body = {}
        }
    );
    if (!done) return complain(context, done.error());
    context.out("removed " + printable(command.sha256) + "\n");
    return Exit::done;
}

Exit run(const ImportInventory& command, const Context& context) {
    const auto text = context.read_file(command.file);
    if (!text) return complain(context, text.error());
    const auto scan = read_scan(*text, command.file);
    if (!scan) return complain(context, scan.error());
    json::Object body{{"name", command.name}, {"inventory", document_value(encode_inventory(scan->inventory))}};
    if (!command.site.empty()) body["site"] = command.site;
    if (!scan->placement.empty()) body["placement"] = document_value(encode_placement(scan->placement));
    const auto done =
        ask(context,
            {.method = net::Method::post, .path = "/v1/inventories", .query = {}, .body = json::compact(body)});
    if (!done) return complain(context, done.error());
    if (context.format == Format::json) {
        context.out(json::pretty(*done));
        return Exit::done;
    }
    context.out(fmt::format(
        "{} as device {}: {} components, {} findings, {} items opened or changed; everything in it is declared\n",
        printable(command.name), printable(text_at(*done, "id").substr(0, 12)), text_at(*done, "components"),
        text_at(*done, "findings"), text_at(*done, "changed_items")
    ));
    return Exit::done;
}

Exit run(const ListAttempts& command, const Context& context) {
    return show_list(
        context, {.path = "/v1/attempts", .query = {}, .body = {}}, command.limit,
        {time_member("at", "at", "at"), member("from", "peer", "peer", 10), member("step", "step", "step"),
         member("reason", "reason", "reason", 16), member("code", "code", "code"),
         member("detail", "detail", "detail", 20), id_member("claimed device", "claimed", "claimed")},
        "no rejected attempt"
    );
}

}  // namespace assay::cli
