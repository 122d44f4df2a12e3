#pragma once
// SMBIOS structures made by hand, byte by byte.

#include "base/bytes.hpp"
#include "tests/support/joined.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace assay::test {

// Header, formatted rest, strings.
inline Bytes smbios_structure(std::uint8_t type, const Bytes& rest, const std::vector<std::string>& text = {}) {
    Bytes out{type, static_cast<std::uint8_t>(4 + rest.size()), 0x34, 0x12};
    out.insert(out.end(), rest.begin(), rest.end());
    for (const std::string& one : text) {
        out.insert(out.end(), one.begin(), one.end());
        out.push_back(0);
    }
    if (text.empty()) out.push_back(0);
    out.push_back(0);
    return out;
}

// The formatted rest of a structure of `length` bytes, with bytes at the offsets that DSP0134 gives.
inline Bytes smbios_fields(std::size_t length, std::initializer_list<std::pair<std::size_t, Bytes>> fields) {
    Bytes out(length - 4);
    for (const auto& [offset, bytes] : fields) {
        for (std::size_t i = 0; i < bytes.size(); ++i) out.at(offset - 4 + i) = bytes[i];
    }
    return out;
}

}  // namespace assay::test
