#pragma once
// What a captured tree says of pluggable modules and of devlink: DIR/kernel/module/<interface>.json and
// DIR/kernel/devlink.json (docs/CAPTURE.md).

#include "agent/kernel/kernel.hpp"
#include "agent/root/tree.hpp"

namespace assay::agent {

// Errors as Kernel::module_page; not_found: nobody asked where the tree was made.
Result<Bytes> replay_module_page(const Tree& tree, const std::string& interface, ModulePage page);
Result<std::vector<DevlinkInfo>> replay_devlink(const Tree& tree);

}  // namespace assay::agent
