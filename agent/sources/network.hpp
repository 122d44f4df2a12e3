#pragma once
// Network interfaces that are hardware: permanent MAC, driver, firmware version, and the PCI function or USB device
// they belong to. Interfaces without a device (bridges, VLANs, tunnels, bonds) and those of SR-IOV virtual functions
// are left out. A MAC becomes an identifier only when it is permanent: given by ethtool, or of sysfs when
// addr_assign_type is 0. Interface names are what a boot assigns.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_network(const View& view);

}  // namespace assay::agent
