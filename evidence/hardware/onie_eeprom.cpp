#include "evidence/hardware/onie_eeprom.hpp"

#include "base/crc32.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::onie {
namespace {

constexpr std::string_view id_string("TlvInfo\0", 8);
constexpr std::uint8_t header_version = 1;
constexpr std::size_t version_at = 8;
constexpr std::size_t total_length_at = 9;
constexpr std::size_t field_header = 2;  // a type and a length
constexpr std::size_t mac_bytes = 6;
constexpr std::size_t crc_bytes = 4;
constexpr std::size_t enterprise_bytes = 4;

// The table "Type Code Values"; a length of 0 is a variable one.
struct Known {
    Type type;
    std::string_view description;
    std::size_t length = 0;
};
constexpr std::array known_types{
    Known{Type::product_name, "Product Name"},
    Known{Type::part_number, "Part Number"},
    Known{Type::serial_number, "Serial Number"},
    Known{Type::mac_base, "MAC #1 Base", mac_bytes},
    Known{Type::manufacture_date, "Manufacture Date", 19},
    Known{Type::device_version, "Device Version", 1},
    Known{Type::label_revision, "Label Revision"},
    Known{Type::platform_name, "Platform Name"},
    Known{Type::onie_version, "ONIE Version"},
    Known{Type::num_macs, "Num MACs", 2},
    Known{Type::manufacturer, "Manufacturer"},
    Known{Type::country_code, "Country Code", 2},
    Known{Type::vendor, "Vendor"},
    Known{Type::diag_version, "Diag Version"},
    Known{Type::service_tag, "Service Tag"},
    Known{Type::vendor_extension, "Vendor Extension"},
    Known{Type::crc_32, "CRC-32", crc_bytes},
};

const Known* known(std::uint8_t type) {
    const auto found = std::ranges::find(known_types, static_cast<Type>(type), &Known::type);
    return found == known_types.end() ? nullptr : &*found;
}

bool all(ByteView bytes, std::uint8_t value) {
    return std::ranges::all_of(bytes, [value](std::uint8_t byte) { return byte == value; });
}

bool is(const Field& field, Type type) {
    return field.type == static_cast<std::uint8_t>(type);
}

std::uint32_t number_of(ByteView big_endian) {
    std::uint32_t out = 0;
    for (const std::uint8_t byte : big_endian) out = out << 8U | byte;
    return out;
}

Error error_at(Errc code, std::size_t offset, std::uint8_t type, std::string what) {
    const Known* const one = known(type);
    return {
        code,
        one != nullptr ? fmt::format("{:#06x} {}", offset, one->description)
                       : fmt::format("{:#06x} type {:02x}", offset, type),
        std::move(what)
    };
}

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// MM/DD/YYYY HH:NN:SS, each within its range; months of 30 days are not told apart.
bool is_date(std::string_view text) {
    constexpr std::string_view form = "00/00/0000 00:00:00";
    const bool formed = std::ranges::equal(text, form, [](char c, char f) { return f == '0' ? digit(c) : c == f; });
    if (!formed) return false;
    const auto within = [text](std::size_t at, int least, int most) {
        const int value = (text[at] - '0') * 10 + (text[at + 1] - '0');
        return value >= least && value <= most;
    };
    return within(0, 1, 12) && within(3, 1, 31) && within(11, 0, 23) && within(14, 0, 59) && within(17, 0, 59);
}

// What is wrong with the field by itself; "" for nothing.
std::string fault_of(const Field& field, const Known& type) {
    const std::string_view text = as_text(field.value);
    if (type.length != 0 && field.value.size() != type.length)
        return fmt::format("is of {} bytes, not {}", field.value.size(), type.length);
    switch (type.type) {
        case Type::manufacture_date: return is_date(text) ? "" : "is not MM/DD/YYYY HH:NN:SS";
        case Type::country_code:
            return std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }) ? "" : "is not two letters";
        case Type::num_macs: return number_of(field.value) == 0 ? "is 0" : "";
        case Type::vendor_extension:
            return field.value.size() < enterprise_bytes ? "is too short for an enterprise number" : "";
        default: return "";
    }
}

void look_at_form(const Field& field, TlvInfo& out) {
    const Known* const type = known(field.type);
    if (type == nullptr) return;
    const bool again = std::ranges::any_of(out.fields, [&field](const Field& one) { return one.type == field.type; });
    if (again && type->type != Type::vendor_extension)
        out.irregular.push_back(error_at(Errc::duplicate_key, field.offset, field.type, "is there a second time"));
    if (std::string fault = fault_of(field, *type); !fault.empty())
        out.irregular.push_back(error_at(Errc::bad_value, field.offset, field.type, std::move(fault)));
}

// All fields of bytes[header_bytes, out.bytes), as far as there are bytes.
void read_fields(ByteView bytes, TlvInfo& out) {
    for (std::size_t at = header_bytes; at < out.bytes;) {
        const std::size_t there = std::min(bytes.size(), out.bytes);
        const std::string_view end = there < out.bytes ? "runs out of the data" : "runs out of the total length";
        if (at >= there) {
            out.broken = Error{Errc::truncated, fmt::format("{:#06x}", at), "the data ends before the total length"};
            return;
        }
        const std::uint8_t type = bytes[at];
        if (type == 0x00 || type == 0xff) {
            out.broken = error_at(Errc::bad_value, at, type, "is never used: this part was erased");
            return;
        }
        if (at + field_header > there || at + field_header + bytes[at + 1] > there) {
            out.broken = error_at(Errc::truncated, at, type, std::string(end));
            return;
        }
        Field field{type, at, to_bytes(bytes.subspan(at + field_header, bytes[at + 1]))};
        at += field_header + field.value.size();
        look_at_form(field, out);
        out.fields.push_back(std::move(field));
    }
}

// The CRC-32 covers everything from the first byte through its own type and length.
void check_sum(ByteView bytes, TlvInfo& out) {
    const auto sum = std::ranges::find_if(out.fields, [](const Field& one) {
        return is(one, Type::crc_32) && one.value.size() == crc_bytes;
    });
    if (sum == out.fields.end()) return;
    out.stored = number_of(sum->value);
    out.computed = crc32_of(bytes.first(sum->offset + field_header));
    if (sum->offset + field_header + crc_bytes != out.bytes) {
        out.condition = Condition::checksum_not_last;
    } else {
        out.condition = out.stored == out.computed ? Condition::ok : Condition::bad_checksum;
    }
}

const Field* first(const TlvInfo& info, Type type, std::size_t length = 0) {
    const auto found = std::ranges::find_if(info.fields, [type](const Field& one) { return is(one, type); });
    if (found == info.fields.end() || (length != 0 && found->value.size() != length)) return nullptr;
    return &*found;
}

}  // namespace

std::string_view description_of(std::uint8_t type) {
    const Known* const one = known(type);
    return one == nullptr ? std::string_view() : one->description;
}

std::string_view name(Condition condition) {
    switch (condition) {
        case Condition::ok: return "ok";
        case Condition::bad_checksum: return "bad_checksum";
        case Condition::no_checksum: return "no_checksum";
        case Condition::checksum_not_last: return "checksum_not_last";
        case Condition::all_ff: return "all_ff";
        case Condition::all_00: return "all_00";
    }
    return "";
}

Reading TlvInfo::text(Type type) const {
    const Field* const field = first(*this, type);
    if (field == nullptr) return {};
    if (!field->value.empty() && all(field->value, 0xff)) return Reading::unreadable("all_ff");
    return Reading::of(clean_text(field->value, limits::text_bytes));
}

std::string TlvInfo::mac_base() const {
    const Field* const field = first(*this, Type::mac_base, mac_bytes);
    return field == nullptr ? "" : to_hex(field->value);
}

std::optional<std::uint8_t> TlvInfo::device_version() const {
    const Field* const field = first(*this, Type::device_version, 1);
    if (field == nullptr) return std::nullopt;
    return field->value[0];
}

std::optional<std::uint16_t> TlvInfo::num_macs() const {
    const Field* const field = first(*this, Type::num_macs, 2);
    if (field == nullptr) return std::nullopt;
    return static_cast<std::uint16_t>(number_of(field->value));
}

std::vector<Extension> TlvInfo::extensions() const {
    std::vector<Extension> out;
    for (const Field& field : fields) {
        if (!is(field, Type::vendor_extension) || field.value.size() < enterprise_bytes) continue;
        const ByteView value(field.value);
        out.push_back({number_of(value.first(enterprise_bytes)), to_bytes(value.subspan(enterprise_bytes))});
    }
    return out;
}

Result<std::size_t> decode_head(ByteView bytes) {
    const std::string_view text = as_text(bytes);
    if (!text.starts_with(id_string.substr(0, std::min(text.size(), id_string.size()))))
        return fail(Errc::bad_magic, "0x0000 ID String", "is not \"TlvInfo\"");
    if (bytes.size() < header_bytes)
        return fail(Errc::truncated, fmt::format("{:#06x}", bytes.size()), "the data ends before the head does");
    if (bytes[version_at] != header_version)
        return fail(Errc::unsupported, "0x0008 Header Version", fmt::format("is {}, not 1", bytes[version_at]));
    const std::size_t whole = header_bytes + number_of(bytes.subspan(total_length_at, 2));
    if (whole > max_bytes) {
        return fail(
            Errc::limit_exceeded, "0x0009 Total Length",
            fmt::format("makes {} bytes with the head, more than {}", whole, max_bytes)
        );
    }
    return whole;
}

Result<TlvInfo> decode_tlv_info(ByteView bytes) {
    TlvInfo out;
    if (!bytes.empty() && (all(bytes, 0xff) || all(bytes, 0x00))) {
        out.condition = bytes[0] == 0xff ? Condition::all_ff : Condition::all_00;
        return out;
    }
    TRY(out.bytes, decode_head(bytes));
    read_fields(bytes, out);
    check_sum(bytes, out);
    return out;
}

}  // namespace assay::onie
