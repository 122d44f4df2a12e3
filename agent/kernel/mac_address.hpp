#pragma once
// EUI-48 addresses as text and as bytes. Pure.

#include "agent/kernel/kernel.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

// "52:54:00:aa:00:01", as sysfs and ethtool print it; nullopt for anything else.
std::optional<MacAddress> parse_mac(std::string_view text);
std::string mac_digits(const MacAddress& address);  // "525400aa0001"
// An address that a maker may have given a device: not all zero, not multicast.
bool is_unicast(const MacAddress& address);

}  // namespace assay::agent
