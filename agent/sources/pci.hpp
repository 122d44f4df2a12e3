#pragma once
// PCI functions as /sys/bus/pci shows them: vendor, device and subsystem ids, class, revision, driver, slot names, and
// the bridge above. Keys are slot paths (agent/sources/device_path.hpp). SR-IOV virtual functions are folded into their
// physical one. What only their configuration space, VPD or option ROMs say is for sources of their own: these can
// hang, or need a privilege.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_pci(const View& view);

}  // namespace assay::agent
