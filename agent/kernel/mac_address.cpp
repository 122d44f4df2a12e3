#include "agent/kernel/mac_address.hpp"

#include "base/encoding.hpp"

#include <algorithm>

namespace assay::agent {

std::optional<MacAddress> parse_mac(std::string_view text) {
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % 3 != 2)
            digits += text[i];
        else if (text[i] != ':')
            return std::nullopt;
    }
    if (text.size() != 17) return std::nullopt;
    const auto bytes = from_hex_array<6>(digits);
    if (!bytes) return std::nullopt;
    return *bytes;
}

std::string mac_digits(const MacAddress& address) {
    return to_hex(address);
}

bool is_unicast(const MacAddress& address) {
    return (address[0] & 1U) == 0 && std::ranges::any_of(address, [](std::uint8_t byte) { return byte != 0; });
}

}  // namespace assay::agent
