#pragma once
// Loaded kernel modules: /proc/modules, what sysfs says of each, the file that modules.dep names for it with its hash,
// whether that file is the one that was loaded, and whom its signature names. Nothing is verified: that takes the
// kernel's keyring. A root kit that hides from /proc/modules is not seen.

#include "agent/sources/shared_modules.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {

// Leaves in `shared` what another source needs of it.
Found read_modules(const View& view, SharedModules* shared = nullptr);

}  // namespace assay::agent
