#pragma once
// The device tree that the kernel runs with, as it exposes it (sys/firmware/devicetree/base, to which /proc/device-tree
// leads). The machine by its model, the SoC, and what sits on buses that leave the SoC; blocks inside the SoC are not
// parts of their own. Claims of the firmware, all of it. docs/SOURCES.md says what of the tree its hash leaves out.

#include "agent/sources/source.hpp"

namespace assay::agent {

// Beyond them the walk ends: an error, and no hash of the tree.
struct DeviceTreeLimits {
    std::size_t depth = 64;        // levels below the root, as the kernel's own (FDT_MAX_DEPTH)
    std::size_t entries = 32'768;  // nodes and properties together; a capture holds three times as many paths
    std::size_t property_bytes = 65'536;
    std::size_t total_bytes = 8U << 20U;  // of all properties
};

Found read_device_tree(const View& view, const DeviceTreeLimits& limits = {});

}  // namespace assay::agent
