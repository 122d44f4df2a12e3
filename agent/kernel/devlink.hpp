#pragma once
// What devlink knows of this machine's devices, by netlink. Needs no privilege.

#include "agent/kernel/kernel.hpp"

namespace assay::agent {

// Errors as Kernel::devlink_info.
Result<std::vector<DevlinkInfo>> read_devlink();

}  // namespace assay::agent
