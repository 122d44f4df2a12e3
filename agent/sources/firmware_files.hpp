#pragma once
// Firmware files that loaded drivers name: /proc/modules, then each module's `firmware=` lines, then the file below the
// firmware search path, hashed as stored. Names are candidates: a driver asks for those that fit its device, and a file
// that is there need not be what was loaded. Drivers built into the kernel are not seen.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_firmware_files(const View& view);

}  // namespace assay::agent
