#pragma once
// Bytes owned and bytes looked at. A ByteView never outlives what it looks at.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}
inline Bytes to_bytes(std::string_view text) {
    return to_bytes(as_bytes(text));
}
inline std::string to_text(ByteView bytes) {
    return std::string(as_text(bytes));
}
inline bool same_bytes(ByteView a, ByteView b) {
    return as_text(a) == as_text(b);
}

}  // namespace assay
