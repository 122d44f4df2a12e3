#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "evidence/hardware/transceiver_dump.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

void put(json::Object& out, std::string_view key, const Reading& reading) {
    if (reading.readable()) out[key] = reading.text();
    if (!reading.why().empty()) out[key] = json::Object{{"unreadable", reading.why()}};
}

void put(json::Object& out, std::string_view key, std::string_view text) {
    if (!text.empty()) out[key] = text;
}

json::Array checksums_value(const transceiver::Module& module) {
    json::Array out;
    for (const transceiver::Checksum& sum : module.checksums) {
        out.push_back(json::Object{
            {"name", sum.name},
            {"stored", fmt::format("{:02x}", sum.stored)},
            {"computed", fmt::format("{:02x}", sum.computed)},
            {"holds", sum.holds()}
        });
    }
    return out;
}

}  // namespace

Result<json::Object> inspect_transceiver(ByteView bytes) {
    TRY(const transceiver::Pages pages, transceiver::parse_dump(bytes));
    const transceiver::Module module = transceiver::decode_module(pages);
    json::Object out{
        {"condition", name(module.condition)},
        {"identifier", fmt::format("{:02x}", module.identifier)},
        {"verified", "nothing: an EEPROM can be written to, and its checksums prove no maker"},
    };
    put(out, "type", module.type);
    if (module.map) put(out, "map", name(*module.map));
    if (!module.identified()) return out;
    out["checksums"] = checksums_value(module);
    put(out, "vendor", module.vendor);
    put(out, "oui", module.oui);
    put(out, "part_number", module.part_number);
    put(out, "revision", module.revision);
    put(out, "serial", module.serial);
    put(out, "date_code", module.date_code);
    put(out, "connector", module.connector);
    put(out, "firmware", module.firmware);
    put(out, "inactive_firmware", module.inactive_firmware);
    put(out, "hardware_revision", module.hardware_revision);
    out["identity_page_sha256"] = to_hex(sha256(transceiver::identity_page(pages, *module.map)));
    return out;
}

}  // namespace assay::cli
