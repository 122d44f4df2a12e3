#pragma once
// CRC-32 as Ethernet, zlib and Python's binascii.crc32() compute it (polynomial 04c11db7, reflected, ones before and
// after). It finds what fell over and proves no maker: whoever writes the bytes writes the sum.

#include "base/bytes.hpp"

#include <cstdint>

namespace assay {

std::uint32_t crc32_of(ByteView bytes);

}  // namespace assay
