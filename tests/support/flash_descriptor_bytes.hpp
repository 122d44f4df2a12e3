#pragma once
// The head of a PC's flash with a descriptor, by the registers of Intel's 7 Series PCH datasheet, section 5.24.1:
// components at 0x30, regions at 0x40, masters at 0x80; bytes that nothing is said of are erased.

#include "evidence/hardware/flash_descriptor.hpp"
#include "tests/support/little_endian.hpp"

#include <initializer_list>
#include <utility>

namespace assay::test {

inline void put_flash_region(Bytes& head, std::size_t number, std::uint32_t value) {
    put_little(head, 0x40 + 4 * number, value, 4);
}

// Base and limit of a region in units of 4 KiB.
inline std::uint32_t flash_blocks(std::uint32_t base, std::uint32_t limit) {
    return base | (limit << 16U);
}

inline Bytes flash_descriptor(std::initializer_list<std::pair<std::size_t, std::uint32_t>> regions) {
    Bytes out(flash::descriptor_bytes, 0xff);
    put_little(out, 0x10, 0x0ff0a55a, 4);
    put_little(out, 0x14, 0x00040003, 4);
    put_little(out, 0x18, 0x00100008, 4);
    for (const auto& [number, value] : regions) put_flash_region(out, number, value);
    return out;
}

}  // namespace assay::test
