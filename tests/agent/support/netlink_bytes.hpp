#pragma once
// Netlink attributes as the kernel lays them out: length, type, value, padded to four bytes.

#include "base/bytes.hpp"
#include "tests/support/joined.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::test {

inline Bytes attribute(std::uint16_t type, ByteView value) {
    const std::size_t size = 4 + value.size();
    Bytes out{
        static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(type),
        static_cast<std::uint8_t>(type >> 8U)
    };
    out.insert(out.end(), value.begin(), value.end());
    out.resize((out.size() + 3) / 4 * 4);
    return out;
}

inline Bytes attribute(std::uint16_t type, std::string_view text) {
    std::string terminated(text);
    terminated += '\0';
    return attribute(type, as_bytes(terminated));
}

}  // namespace assay::test
