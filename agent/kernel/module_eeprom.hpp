#pragma once
// Reads a page of a pluggable module's EEPROM from this machine: ETHTOOL_MSG_MODULE_EEPROM_GET (kernel 5.13), and where
// that is not known ETHTOOL_GMODULEINFO and ETHTOOL_GMODULEEEPROM by ioctl.

#include "agent/kernel/kernel.hpp"

namespace assay::agent {

// Errors as Kernel::module_page.
Result<Bytes> read_module_page(const std::string& interface, ModulePage page);

}  // namespace assay::agent
