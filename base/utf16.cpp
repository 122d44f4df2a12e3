#include "base/utf16.hpp"

#include <cstdint>

namespace assay {
namespace {

constexpr std::uint32_t replacement = 0xfffd;

void append(std::string& out, std::uint32_t point) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0U | point >> 6U);
        put(0x80U | (point & 0x3fU));
    } else if (point < 0x10000) {
        put(0xe0U | point >> 12U);
        put(0x80U | (point >> 6U & 0x3fU));
        put(0x80U | (point & 0x3fU));
    } else {
        put(0xf0U | point >> 18U);
        put(0x80U | (point >> 12U & 0x3fU));
        put(0x80U | (point >> 6U & 0x3fU));
        put(0x80U | (point & 0x3fU));
    }
}

bool high_surrogate(std::uint32_t unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}
bool low_surrogate(std::uint32_t unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

}  // namespace

std::string utf8_of_utf16le(ByteView units) {
    std::string out;
    out.reserve(units.size() / 2);
    const auto unit = [units](std::size_t at) { return std::uint32_t{units[at]} | std::uint32_t{units[at + 1]} << 8U; };
    std::size_t at = 0;
    for (; at + 1 < units.size(); at += 2) {
        const std::uint32_t first = unit(at);
        if (high_surrogate(first) && at + 3 < units.size() && low_surrogate(unit(at + 2))) {
            append(out, 0x10000 + ((first - 0xd800) << 10U) + (unit(at + 2) - 0xdc00));
            at += 2;
        } else {
            append(out, high_surrogate(first) || low_surrogate(first) ? replacement : first);
        }
    }
    if (at < units.size()) append(out, replacement);
    return out;
}

std::string utf8_of_utf16le_until_nul(ByteView units) {
    std::size_t end = 0;
    while (end + 1 < units.size() && (units[end] != 0 || units[end + 1] != 0)) end += 2;
    return utf8_of_utf16le(end + 1 < units.size() ? units.first(end) : units);
}

}  // namespace assay
