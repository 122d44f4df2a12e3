#pragma once
// What the maker of a switch or router wrote into the EEPROM of its board: TlvInfo, by "Board EEPROM Information
// Format" of the Open Network Install Environment's design specification (Open Compute Project, "Switch Hardware
// Requirements"). A head, then fields of a type, a length and up to 255 bytes; the last is a CRC-32. Everything in it
// is a claim: the EEPROM can be written to, and the sum proves no maker. Vendor extensions are taken apart no further
// than their enterprise number. Pure; values own their bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/component.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::onie {

inline constexpr std::size_t header_bytes = 11;  // "TlvInfo\0", version, total length
inline constexpr std::size_t max_bytes = 2048;   // from the "T" through the CRC

enum class Type : std::uint8_t {
    product_name = 0x21,
    part_number = 0x22,
    serial_number = 0x23,
    mac_base = 0x24,
    manufacture_date = 0x25,
    device_version = 0x26,
    label_revision = 0x27,
    platform_name = 0x28,
    onie_version = 0x29,
    num_macs = 0x2a,
    manufacturer = 0x2b,
    country_code = 0x2c,
    vendor = 0x2d,
    diag_version = 0x2e,
    service_tag = 0x2f,
    vendor_extension = 0xfd,
    crc_32 = 0xfe,
};
// As the specification spells it: "MAC #1 Base"; "" for a type that it does not know.
std::string_view description_of(std::uint8_t type);

enum class Condition {
    ok,
    bad_checksum,       // the CRC-32 is not that of the bytes before it; the values are given all the same
    no_checksum,        // no field is a CRC-32 of four bytes, or reading ended before it
    checksum_not_last,  // there is one, and fields behind it that it does not cover
    all_ff,             // erased, or nothing drives the bus
    all_00,             // never written
};
std::string_view name(Condition condition);

struct Field {
    std::uint8_t type = 0;
    std::size_t offset = 0;  // of its type, from the beginning of the EEPROM
    Bytes value;
};

// A vendor's own data, behind its IANA enterprise number.
struct Extension {
    std::uint32_t enterprise = 0;
    Bytes data;
};

struct TlvInfo {
    Condition condition = Condition::no_checksum;
    std::vector<Field> fields;   // in order, the CRC-32 too
    std::uint32_t stored = 0;    // the CRC-32 field's value
    std::uint32_t computed = 0;  // over the bytes through that field's length
    std::size_t bytes = 0;       // of head and fields, as the head says; what lies behind is nobody's
    // Fields that are not as they should be, and stand in `fields` all the same: of another length, in another form, a
    // second one of a type that there may be once.
    std::vector<Error> irregular;
    // Why reading ended before the total length: a field that runs out of it, or out of the data; a type that there
    // never is, as in a part that was erased.
    std::optional<Error> broken;

    // The first such field's text, cleaned: absent, unreadable ("all_ff") where it is nothing but ones, or the text.
    // REQUIRES: the type is one of text.
    Reading text(Type type) const;
    std::string mac_base() const;                        // 12 hex digits; "" where there is none of six bytes
    std::optional<std::uint8_t> device_version() const;  // nullopt where there is none of one byte
    std::optional<std::uint16_t> num_macs() const;       // nullopt where there is none of two bytes
    std::vector<Extension> extensions() const;           // in order; those too short for a number are left out
};

// The total length that a head gives, with the head: how many bytes to read. Errors as below.
Result<std::size_t> decode_head(ByteView bytes);

// `bytes` may go on behind the fields. Errors name offset and field: bad_magic, unsupported (another version),
// limit_exceeded (a total length beyond max_bytes), truncated (shorter than a head). Bytes that are all ff or all 00
// are no error.
Result<TlvInfo> decode_tlv_info(ByteView bytes);

}  // namespace assay::onie
