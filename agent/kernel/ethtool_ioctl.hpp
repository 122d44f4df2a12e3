#pragma once
// One SIOCETHTOOL request: for kernels and questions without ethtool's netlink.

#include "base/result.hpp"

#include <string>

namespace assay::agent {

// `command` points at a struct whose first word names it. Errors: not_found (no such name), gone (no such device, or it
// is not present), unsupported, denied, io_error.
Result<void> ask_ethtool(const std::string& interface, void* command);

}  // namespace assay::agent
