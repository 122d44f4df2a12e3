#include "evidence/hardware/smbios.hpp"

#include "base/encoding.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "collector/cli/inspect/smbios_summary.hpp"
#include "evidence/hardware/smbios_layout.hpp"
#include "evidence/hardware/smbios_values.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

// Absent text has no key; text that names a string which is not there says so.
void put(json::Object& out, const smbios::NamedValue& field) {
    if (const auto* reading = std::get_if<Reading>(&field.value)) {
        if (reading->absent()) return;
        out[field.name] = reading->readable() ? json::Value(reading->text())
                                              : json::Value(json::Object{{"unreadable", reading->why()}});
        return;
    }
    const std::uint64_t number = std::get<std::uint64_t>(field.value);
    if (number <= static_cast<std::uint64_t>(json::max_integer)) {
        out[field.name] = number;
    } else {
        out[field.name] = fmt::format("0x{:016x}", number);
    }
}

json::Object structure_value(const smbios::Structure& structure, smbios::Version version) {
    json::Object out{
        {"type", structure.type},
        {"name", smbios::structure_name(structure.type)},
        {"handle", structure.handle},
        {"length", structure.formatted.size()},
    };
    json::Object fields;
    for (const smbios::NamedValue& field : smbios::named_values(structure, version)) put(fields, field);
    if (!fields.empty()) out["fields"] = std::move(fields);
    json::Array strings;
    for (const std::string& one : structure.text) strings.push_back(json::Value(one));
    if (!strings.empty()) out["strings"] = std::move(strings);
    out["formatted"] = to_hex(structure.formatted);
    return out;
}

}  // namespace

Result<json::Object> inspect_smbios(ByteView bytes) {
    TRY(const smbios::File file, smbios::decode_file(bytes));
    if (file.table.structures.empty()) {
        return fail(file.table.broken.value_or(Error{Errc::truncated, "smbios table", "has no structure"}));
    }
    const smbios::Version version = file.entry_point ? file.entry_point->version : smbios::bare_table_version;
    json::Object out{{"type", "smbios"}};
    if (file.entry_point) {
        out["Version"] =
            json::Object{{"Major", version.major}, {"Minor", version.minor}, {"Revision", file.entry_point->revision}};
    }
    for (auto& [name, value] : smbios_summary(file.table, version)) out[name] = std::move(value);
    json::Array structures;
    for (const smbios::Structure& one : file.table.structures) structures.push_back(structure_value(one, version));
    out["structures"] = std::move(structures);
    if (file.table.broken) out["broken"] = file.table.broken->message();
    out["verified"] = "nothing: claims of the firmware, neither measured nor signed";
    return out;
}

}  // namespace assay::cli
