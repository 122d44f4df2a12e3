// assay devices ID --modules, --firmware: documents of the device's last report.

#include "base/text.hpp"
#include "collector/cli/listing.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

std::string signers(const json::Object& module) {
    std::string out;
    for (const json::Value& value : array_at(module, "signers")) {
        if (!value.is_object()) continue;
        const std::string issuer = text_at(value.get_object(), "issuer");
        out += (out.empty() ? "" : "; ") + (issuer.empty() ? "key " + text_at(value.get_object(), "key_id") : issuer);
    }
    return out.empty() ? text_at(module, "signature") : out;
}

// Text as it was read, or in brackets why it could not be.
std::string reading(const json::Object& module, const std::string& key) {
    const std::string why = text_at(module, key + ".unreadable");
    return why.empty() ? text_at(module, key) : "(" + why + ")";
}

Listed csv_reading(const std::string& key) {
    return {{.title = "", .field = key, .table = false}, [key](const json::Object& module) {
                return Cell(reading(module, key));
            }};
}

Cell taint(const json::Object& module) {
    const std::string flags = reading(module, "taint");
    return {flags, flags.empty() ? Tone::plain : Tone::warn};
}

Cell match(const json::Object& module) {
    const std::string word = text_at(module, "match");
    return {word, word == "differs" ? Tone::bad : Tone::plain};
}

Cell request(const json::Object& file) {
    const std::string word = text_at(file, "request");
    return {word, word == "failed" ? Tone::warn : Tone::plain};
}

// Asks for one document and shows the array `items` in it; `line` is told before the table.
Exit show_document(
    const Context& context, const std::string& device, const std::string& part, std::string_view member,
    std::string_view items, const std::vector<Listed>& columns, std::string (*line)(const json::Object&)
) {
    const auto id = device_id(context, device);
    if (!id) return complain(context, id.error());
    const auto answer = ask(context, {.path = "/v1/devices/" + escaped(*id) + part, .query = {}, .body = {}});
    if (!answer) return complain(context, answer.error());
    const json::Object& document = object_at(*answer, member);
    if (context.format == Format::table && !document.empty()) context.out(line(document));
    const Table table = table_of(array_at(document, items), columns, context.format);
    const char* const none = document.empty() ? "the device's last report names no such document" : "none";
    show(context, table, [&answer] { return json::pretty(*answer); }, none);
    return Exit::done;
}

std::string about_modules(const json::Object& document) {
    return fmt::format(
        "kernel {}, signatures of modules: {}. A signer is whom the file names; no signature was verified here.\n",
        printable(text_at(document, "release")), printable(text_at(document, "signature_check"))
    );
}

std::string about_firmware(const json::Object& document) {
    return fmt::format(
        "the kernel's log: {}. What it does not say was not seen, which is no proof that it was not loaded.\n",
        printable(text_at(document, "log"))
    );
}

}  // namespace

Exit run(const ShowModules& command, const Context& context) {
    return show_document(
        context, command.device, "/modules", "modules", "modules",
        {member("module", "name", "name", 10),
         {{.title = "taint", .field = "taint", .least = 5}, taint},
         {{.title = "loaded is file", .field = "match", .least = 7}, match},
         {{.title = "signer, unverified", .field = "signer", .least = 12},
          [](const json::Object& module) { return Cell(signers(module)); }},
         member("file", "file", "file", 16),
         member("state", "state", "state", 6),
         member("sha256", "sha256", "sha256", 12),
         member("problem", "problem", "problem", 7),
         only_csv("size", "size"),
         csv_reading("version"),
         csv_reading("srcversion"),
         only_csv("signature", "signature")},
        &about_modules
    );
}

Exit run(const ShowFirmware& command, const Context& context) {
    return show_document(
        context, command.device, "/firmware", "firmware_manifest", "files",
        {member("file", "file", "file", 16),
         member("named by", "driver", "driver", 8),
         member("on disk", "state", "state", 6),
         {{.title = "asked for", .field = "request", .least = 6}, request},
         member("sha256", "sha256", "sha256", 12),
         only_csv("size", "size"),
         only_csv("loaded_sha256", "loaded_sha256")},
        &about_firmware
    );
}

}  // namespace assay::cli
