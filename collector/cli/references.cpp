// assay reference ...: Reference Values for boots. docs/REFERENCES.md says what they are.

#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/cli/listing.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

// The one document whose SHA-256 begins so.
Asked<std::string> reference_id(const Context& context, const std::string& prefix) {
    const auto all = ask_all(context, {.path = "/v1/references", .query = {}, .body = {}}, 10'000);
    if (!all) return std::unexpected(all.error());
    std::string found;
    for (const json::Value& item : array_at(*all, "items")) {
        if (!item.is_object()) continue;
        const std::string id = text_at(item.get_object(), "sha256");
        if (!id.starts_with(prefix)) continue;
        if (!found.empty()) {
            return std::unexpected(Trouble{{Errc::conflict, prefix, "several begin so: give more of it"}, Exit::usage});
        }
        found = id;
    }
    if (found.empty() || prefix.empty()) {
        return std::unexpected(Trouble{{Errc::not_found, prefix, "no Reference Values have a SHA-256 that begins so"}});
    }
    return found;
}

// What of a list became a policy, and what could not.
std::string learned_text(const json::Object& learned) {
    const auto count = [&learned](const char* key) { return printable(text_at(learned, key)); };
    std::string out = fmt::format("{} entries learned, {} were in it already\n", count("added"), count("known"));
    if (const std::string left = count("violations"); left != "0") {
        out += fmt::format("{} left out: files that were changed while they were measured\n", left);
    }
    if (const std::string left = count("unreadable"); left != "0") {
        out += fmt::format("{} left out: entries that cannot be read\n", left);
    }
    return out;
}

Exit tell(const Context& context, const Asked<json::Object>& done) {
    if (!done) return complain(context, done.error());
    if (context.format == Format::json) {
        context.out(json::pretty(*done));
        return Exit::done;
    }
    context.out(fmt::format(
        "{} {} {}{}\n", printable(text_at(*done, "sha256").substr(0, 12)), printable(text_at(*done, "state")),
        printable(text_at(*done, "name")), text_at(*done, "added") == "no" ? " (was there)" : ""
    ));
    if (const json::Value* learned = done->if_contains("learned"); learned != nullptr && learned->is_object()) {
        context.out(learned_text(learned->get_object()));
    }
    return Exit::done;
}

Exit add(const Context& context, json::Object body) {
    return tell(
        context,
        ask(context, {.method = net::Method::post, .path = "/v1/references", .query = {}, .body = json::compact(body)})
    );
}

}  // namespace

Exit run(const ListReferences& command, const Context& context) {
    Call call{.path = "/v1/references", .query = {}, .body = {}};
    if (!command.state.empty()) call.query["state"] = command.state;
    return show_list(
        context, std::move(call), 10'000,
        {id_member("sha256", "sha256", "sha256"), member("state", "state", "state"), member("name", "name", "name", 20),
         member("kind", "kind", "kind"), id_member("learned from", "learned_from", "learned_from"),
         member("added by", "added_by", "added_by"), time_member("added", "added_at", "added_at"),
         member("decided by", "decided_by", "decided_by"), member("signed by", "signed_by", "signed_by", 10),
         time_member("decided", "decided_at", "decided_at"), member("note", "note", "note", 10)},
        "no Reference Values: every boot is `none`, not appraised"
    );
}

Exit run(const ShowReference& command, const Context& context) {
    const auto id = reference_id(context, command.reference);
    if (!id) return complain(context, id.error());
    const auto found = ask(context, {.path = "/v1/references/" + escaped(*id), .query = {}, .body = {}});
    if (!found) return complain(context, found.error());
    if (!command.document) {
        context.out(json::pretty(*found));
        return Exit::done;
    }
    const json::Object& document = object_at(*found, "document");
    const bool policy = text_at(*found, "kind") == "runtime_policy";
    const std::string text = policy ? text_at(document, "toml") : json::canonical(document);
    if (to_hex(sha256(text)) != *id) {
        return complain(
            context, Error{Errc::mismatch, *id, "the collector's answer is not the document of this SHA-256"}
        );
    }
    context.out(text);
    return Exit::done;
}

Exit run(const LearnReference& command, const Context& context) {
    const auto device = device_id(context, command.device);
    if (!device) return complain(context, device.error());
    json::Object body{{"learn", *device}};
    if (!command.name.empty()) body["name"] = command.name;
    if (!command.note.empty()) body["note"] = command.note;
    if (!command.until.empty()) body["until"] = command.until;
    if (!command.extend.empty()) {
        const auto known = reference_id(context, command.extend);
        if (!known) return complain(context, known.error());
        body["extend"] = *known;
    }
    if (command.runtime) body["runtime"] = true;
    if (!command.runtime_policy.empty()) {
        const auto policy = reference_id(context, command.runtime_policy);
        if (!policy) return complain(context, policy.error());
        body["runtime_policy"] = *policy;
    }
    const Exit done = add(context, std::move(body));
    if (done == Exit::done && context.format == Format::table) {
        context.out("A draft accepts nothing: look at it with `assay reference show`, then `assay reference approve`.\n"
        );
    }
    return done;
}

Exit run(const AddReference& command, const Context& context) {
    const auto text = context.read_file(command.file);
    if (!text) return complain(context, text.error());
    if (command.runtime) {
        json::Object policy{{"policy", *text}};
        if (!command.note.empty()) policy["note"] = command.note;
        return add(context, std::move(policy));
    }
    auto document = json::parse(*text, {.max_bytes = limits::reference_bytes, .max_depth = 8}, command.file);
    if (!document) return complain(context, document.error());
    json::Object body{{"document", *std::move(document)}};
    if (!command.note.empty()) body["note"] = command.note;
    return add(context, std::move(body));
}

Exit run(const DecideReference& command, const Context& context) {
    const auto id = reference_id(context, command.reference);
    if (!id) return complain(context, id.error());
    json::Object body{{"note", command.note}};
    if (!command.signature.empty()) {
        const auto signature = context.read_file(command.signature);
        if (!signature) return complain(context, signature.error());
        body["signature"] = to_base64url(as_bytes(*signature));
    }
    return tell(
        context,
        ask(context, {.method = net::Method::post,
                      .path = fmt::format("/v1/references/{}/{}", escaped(*id), command.approve ? "approve" : "retire"),
                      .query = {},
                      .body = json::compact(body)})
    );
}

}  // namespace assay::cli
