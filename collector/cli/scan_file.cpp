#include "base/json.hpp"
#include "collector/cli/offline.hpp"
#include "evidence/limits.hpp"

namespace assay::cli {

Result<ScannedDocuments> read_scan(std::string_view text, const std::string& file) {
    const json::Limits limits{
        .max_bytes = 4 * limits::document_bytes, .max_depth = limits::json_depth, .max_values = limits::json_values
    };
    TRY(const json::Value value, json::parse(text, limits, file));
    if (!value.is_object()) return fail(Errc::wrong_type, file, "is not a JSON object");
    const json::Object& object = value.as_object();
    // Laid out for reading is good enough for a file; the documents themselves are decoded as strictly as ever.
    const auto document = [&object](std::string_view key) -> std::optional<std::string> {
        const auto found = object.find(key);
        if (found == object.end()) return std::nullopt;
        return json::canonical(found->value());
    };
    ScannedDocuments out;
    if (!object.contains("inventory")) {
        TRY(out.inventory, decode_inventory(json::canonical(value)));
        return out;
    }
    for (const auto& [key, ignored] : object) {
        if (key != "inventory" && key != "placement" && key != "firmware_manifest" && key != "modules")
            return fail(Errc::unknown_field, file + ": " + std::string(key), "is no document of a scan");
    }
    TRY(out.inventory, decode_inventory(*document("inventory")));
    if (const auto text_of = document("placement")) {
        TRY(out.placement, decode_placement(*text_of));
    }
    if (const auto text_of = document("firmware_manifest")) {
        TRY(out.firmware, decode_firmware_manifest(*text_of));
    }
    if (const auto text_of = document("modules")) {
        TRY(out.modules, decode_module_list(*text_of));
    }
    return out;
}

}  // namespace assay::cli
