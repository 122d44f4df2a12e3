#pragma once
// TlvInfo EEPROMs made by "Board EEPROM Information Format" of the ONIE design specification, with a CRC-32 that holds.

#include "base/crc32.hpp"
#include "evidence/hardware/onie_eeprom.hpp"

#include <initializer_list>
#include <string_view>

namespace assay::test {

inline Bytes tlv(onie::Type type, std::string_view value) {
    Bytes out{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(value.size())};
    out.insert(out.end(), value.begin(), value.end());
    return out;
}

inline Bytes big_endian(std::uint32_t value) {
    return {
        static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
        static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)
    };
}

// Head and fields as they are: no CRC-32 unless one of them is.
inline Bytes tlv_info_of(std::initializer_list<Bytes> fields) {
    Bytes out = to_bytes(std::string_view("TlvInfo\0\x01\0\0", 11));
    for (const Bytes& one : fields) out.insert(out.end(), one.begin(), one.end());
    const std::size_t length = out.size() - onie::header_bytes;
    out[9] = static_cast<std::uint8_t>(length >> 8U);
    out[10] = static_cast<std::uint8_t>(length);
    return out;
}

// Writes the sum of everything before it into the last four bytes.
inline void put_crc(Bytes& tlv_info) {
    const Bytes sum = big_endian(crc32_of(ByteView(tlv_info).first(tlv_info.size() - 4)));
    std::copy(sum.begin(), sum.end(), tlv_info.end() - 4);
}

inline Bytes with_crc(std::initializer_list<Bytes> fields) {
    Bytes all;
    for (const Bytes& one : fields) all.insert(all.end(), one.begin(), one.end());
    Bytes out = tlv_info_of({all, tlv(onie::Type::crc_32, std::string_view("\0\0\0\0", 4))});
    put_crc(out);
    return out;
}

// A made-up switch with every field that there is; no such product exists. 2011 and 33049 are enterprise numbers.
inline Bytes example_switch() {
    using enum onie::Type;
    return with_crc({
        tlv(product_name, "EX-4800-32C"),
        tlv(part_number, std::string_view("EX4800-01\0\0\0", 12)),  // padded, as some makers do
        tlv(serial_number, "EX21470000042"),
        tlv(mac_base, "\x3c\xfd\xfe\x12\x34\x56"),
        tlv(manufacture_date, "11/30/2021 16:53:36"),
        tlv(device_version, "\x03"),
        tlv(label_revision, "R01"),
        tlv(platform_name, "x86_64-example_ex4800-r0"),
        tlv(onie_version, "2019.11-5.1"),
        tlv(num_macs, std::string_view("\x00\x84", 2)),
        tlv(manufacturer, "Example Works"),
        tlv(country_code, "DE"),
        tlv(vendor, "Example Networks"),
        tlv(diag_version, "1.2"),
        tlv(service_tag, "EXTAG77"),
        tlv(vendor_extension, std::string_view("\x00\x00\x07\xdbprivate", 11)),
        tlv(vendor_extension, std::string_view("\x00\x00\x81\x19\x00\x01", 6)),
    });
}

}  // namespace assay::test
