#pragma once
// Firmware volumes as UEFI PI 1.7 lays them out (volume 3, section 3.2.1): a header with a right checksum, then one
// byte repeated.

#include "base/bytes.hpp"
#include "tests/support/little_endian.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace assay::test {

using Guid = std::array<std::uint8_t, 16>;

inline constexpr Guid ffs2{0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f,
                           0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3};
inline constexpr Guid nv_data{0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c,
                              0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50};
inline constexpr Guid nv_data_2{0x24, 0x46, 0x50, 0x00, 0x59, 0x8a, 0xeb, 0x4e,
                                0xbd, 0x0f, 0x6b, 0x36, 0xe9, 0x61, 0x28, 0xe0};
inline constexpr Guid nvar_file{0xa3, 0xb9, 0xf5, 0xce, 0x6d, 0x47, 0x7f, 0x49,
                                0x9f, 0xdc, 0xe9, 0x81, 0x43, 0xe0, 0x42, 0x2c};

inline constexpr std::size_t volume_header = 0x48;

// Makes the header's 16-bit words add up to zero.
inline void sum_header(Bytes& bytes) {
    put_little(bytes, 0x32, 0, 2);
    unsigned sum = 0;
    for (std::size_t i = 0; i < volume_header; i += 2) sum += bytes[i] | (unsigned{bytes[i + 1]} << 8U);
    put_little(bytes, 0x32, 0x10000U - (sum & 0xffffU), 2);
}

// A volume that says it is `size` bytes long, of which `held` are there.
inline Bytes firmware_volume(const Guid& file_system, std::uint64_t size, char fill, std::size_t held) {
    Bytes out(held, static_cast<std::uint8_t>(fill));
    std::fill(out.begin(), out.begin() + volume_header, std::uint8_t{0});
    std::ranges::copy(file_system, out.begin() + 0x10);
    put_little(out, 0x20, size, 8);
    std::ranges::copy(as_bytes("_FVH"), out.begin() + 0x28);
    put_little(out, 0x30, volume_header, 2);
    out[0x37] = 2;
    put_little(out, 0x38, size >> 12U, 4);
    put_little(out, 0x3c, 0x1000, 4);
    sum_header(out);
    return out;
}
inline Bytes firmware_volume(const Guid& file_system, std::uint64_t size, char fill) {
    return firmware_volume(file_system, size, fill, size);
}

// A volume whose first file has this name; with an extended header (3.2.1.2) before it or not.
inline Bytes volume_with_file(const Guid& name, std::uint64_t size, char fill, bool extended) {
    Bytes out = firmware_volume(ffs2, size, fill);
    std::size_t file = volume_header;
    if (extended) {
        put_little(out, 0x34, volume_header, 2);
        put_little(out, volume_header + 0x10, 0x1c, 4);
        file = volume_header + 0x20;  // aligned to 8
        sum_header(out);
    }
    std::ranges::copy(name, out.begin() + static_cast<std::ptrdiff_t>(file));
    return out;
}

}  // namespace assay::test
