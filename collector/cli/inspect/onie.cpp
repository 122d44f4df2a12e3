#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "evidence/hardware/onie_eeprom.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

using onie::Condition;
using onie::Field;
using onie::TlvInfo;
using onie::Type;

std::string with_colons(ByteView bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes) out += fmt::format("{}{:02x}", out.empty() ? "" : ":", byte);
    return out;
}

std::uint64_t number_of(ByteView big_endian) {
    std::uint64_t out = 0;
    for (const std::uint8_t byte : big_endian) out = out << 8U | byte;
    return out;
}

// By its type, as far as its length is that of the type; everything else as hex digits.
json::Value value_of(const Field& field) {
    const std::size_t size = field.value.size();
    const ByteView value(field.value);
    switch (static_cast<Type>(field.type)) {
        case Type::mac_base:
            if (size == 6) return json::Value(with_colons(value));
            break;
        case Type::device_version:
            if (size == 1) return json::Value(number_of(value));
            break;
        case Type::num_macs:
            if (size == 2) return json::Value(number_of(value));
            break;
        case Type::vendor_extension:
            if (size >= 4) {
                return json::Object{
                    {"enterprise_number", number_of(value.first(4))}, {"data", to_hex(value.subspan(4))}
                };
            }
            break;
        case Type::crc_32: break;
        default:
            if (!onie::description_of(field.type).empty()) return json::Value(clean_text(value, limits::text_bytes));
    }
    return json::Value(to_hex(value));
}

json::Object field_value(const Field& field) {
    json::Object out;
    if (const auto description = onie::description_of(field.type); !description.empty()) out["name"] = description;
    out["code"] = fmt::format("{:02x}", field.type);
    out["offset"] = static_cast<std::int64_t>(field.offset);
    out["length"] = static_cast<std::int64_t>(field.value.size());
    out["value"] = value_of(field);
    return out;
}

json::Object checksum_value(const TlvInfo& info) {
    return {
        {"stored", fmt::format("{:08x}", info.stored)},
        {"computed", fmt::format("{:08x}", info.computed)},
        {"holds", info.condition == Condition::ok},
    };
}

}  // namespace

Result<json::Object> inspect_onie(ByteView bytes) {
    TRY(const TlvInfo info, onie::decode_tlv_info(bytes));
    json::Object out{
        {"type", "onie"},
        {"condition", name(info.condition)},
        {"verified", "nothing: an EEPROM can be written to, and its checksum proves no maker"},
    };
    if (info.condition == Condition::all_ff || info.condition == Condition::all_00) return out;
    json::Array fields;
    for (const Field& one : info.fields) fields.push_back(field_value(one));
    out["fields"] = std::move(fields);
    out["total_length"] = static_cast<std::int64_t>(info.bytes - onie::header_bytes);
    if (info.condition != Condition::no_checksum) out["checksum"] = checksum_value(info);
    if (!info.irregular.empty()) {
        json::Array irregular;
        for (const Error& one : info.irregular) irregular.push_back(json::Value(one.message()));
        out["irregular"] = std::move(irregular);
    }
    if (info.broken) {
        out["broken"] = info.broken->message();
        return out;
    }
    out["behind"] = static_cast<std::int64_t>(bytes.size() - info.bytes);
    out["sha256"] = to_hex(sha256(bytes.first(info.bytes)));
    return out;
}

}  // namespace assay::cli
