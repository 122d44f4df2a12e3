#pragma once
// Firmware files that loaded drivers name: /proc/modules, then each module's `firmware=` lines, then the file below the
// firmware search path, hashed as stored; and what the kernel's log says of files that drivers asked for. Names are
// candidates: a driver asks for those that fit its device. Drivers built into the kernel are seen by the log alone.

#include "agent/sources/firmware_memory.hpp"
#include "agent/sources/shared_modules.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {

// `earlier`: what the log said in this boot before, of a live machine. Found::log is what to remember.
// `shared`: what read_modules left there is not read again.
Found read_firmware_files(const View& view, const FirmwareMemory& earlier = {}, const SharedModules* shared = nullptr);

}  // namespace assay::agent
