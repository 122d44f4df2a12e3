#include "evidence/hardware/guid.hpp"

#include "base/encoding.hpp"

#include <algorithm>

namespace assay {

std::string guid_text(std::span<const std::uint8_t, 16> raw) {
    Bytes bytes = to_bytes(raw);
    std::reverse(bytes.begin(), bytes.begin() + 4);
    std::reverse(bytes.begin() + 4, bytes.begin() + 6);
    std::reverse(bytes.begin() + 6, bytes.begin() + 8);
    std::string text = to_hex(bytes);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
    return text;
}

}  // namespace assay
