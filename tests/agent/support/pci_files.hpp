#pragma once
// The files of PCI functions that hold bytes: configuration spaces, vital product data, option ROMs, made by the
// offsets of their specifications (tests/evidence/hardware checks those).

#include "base/bytes.hpp"
#include "tests/support/little_endian.hpp"

#include <numeric>
#include <string>
#include <string_view>

namespace assay::test {

inline void put16(std::string& bytes, std::size_t at, unsigned value) {
    put_little(bytes, at, value, 2);
}

// 8086:1572 with a PCI Express capability at 0x40.
inline std::string pci_config(std::size_t size = 4096) {
    std::string out(size, '\0');
    put16(out, 0x00, 0x8086);
    put16(out, 0x02, 0x1572);
    put16(out, 0x06, 0x0010);
    out[0x34] = 0x40;
    if (size > 64) out[0x40] = 0x10;
    return out;
}

inline std::string with_serial(std::string config) {
    put16(config, 0x100, 0x0003);
    put16(config, 0x102, 0x0001);
    put16(config, 0x104, 0x0002);
    put16(config, 0x106, 0xffaa);
    put16(config, 0x108, 0x00ff);
    put16(config, 0x10a, 0x5254);
    return config;
}

// A root port to `bus` with slot 12 below it; subsystem 1014:0595.
inline std::string port_config(unsigned bus, bool occupied, bool powered = true) {
    std::string out = pci_config();
    out[0x0e] = 1;
    out[0x19] = static_cast<char>(bus);
    out[0x41] = static_cast<char>(0x80);
    put16(out, 0x42, 0x0142);
    put16(out, 0x4e, 0x0010);                   // reports whether the link is up
    put16(out, 0x52, occupied ? 0x2000U : 0U);  // it is
    put16(out, 0x54, 0x0042);                   // hot-plug, power controller
    put16(out, 0x56, 12U << 3U);                // slot 12
    put16(out, 0x58, powered ? 0U : 0x0400U);
    put16(out, 0x5a, occupied ? 0x0040U : 0U);
    out[0x80] = 0x0d;
    put16(out, 0x84, 0x1014);
    put16(out, 0x86, 0x0595);
    return out;
}

inline std::string vpd_field(std::string_view keyword, std::string_view data) {
    return std::string(keyword) + static_cast<char>(data.size()) + std::string(data);
}

// A name, `fields` and a checksum that is right.
inline std::string vpd(std::string_view name, const std::string& fields) {
    const auto large = [](unsigned tag, std::size_t size) {
        return std::string{static_cast<char>(tag), static_cast<char>(size & 0xffU), static_cast<char>(size >> 8U)};
    };
    std::string out = large(0x82, name.size()) + std::string(name);
    out += large(0x90, fields.size() + 4) + fields + "RV" + '\1';
    const ByteView summed = as_bytes(out);
    out += static_cast<char>(0x100U - (std::accumulate(summed.begin(), summed.end(), 0U) & 0xffU));
    return out + '\x78';
}

// An image of one unit, 512 bytes.
inline std::string rom_image(unsigned code_type, bool last) {
    std::string out(512, '\0');
    put16(out, 0, 0xaa55);
    out[2] = 1;
    out[0x18] = 0x1c;
    out.replace(0x1c, 4, "PCIR");
    out[0x1c + 0x10] = 1;
    out[0x1c + 0x14] = static_cast<char>(code_type);
    out[0x1c + 0x15] = static_cast<char>(last ? 0x80 : 0);
    return out;
}

}  // namespace assay::test
