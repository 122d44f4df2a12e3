#pragma once
// Numbers in registers and tables that hardware keeps little-endian. REQUIRES: the bytes are there.

#include "base/bytes.hpp"

namespace assay {

inline std::uint16_t le16(ByteView bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | (bytes[at + 1] << 8U));
}

inline std::uint32_t le32(ByteView bytes, std::size_t at) {
    return le16(bytes, at) | (static_cast<std::uint32_t>(le16(bytes, at + 2)) << 16U);
}

}  // namespace assay
