#pragma once
// Numbers of `size` bytes written into bytes or text at an offset, the lowest byte first.

#include "base/bytes.hpp"

#include <cstdint>
#include <string>

namespace assay::test {

inline void put_little(Bytes& bytes, std::size_t at, std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}
inline void put_little(std::string& bytes, std::size_t at, std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

}  // namespace assay::test
