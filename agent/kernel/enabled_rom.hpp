#pragma once
// Reads an option ROM through the file `rom` of a PCI function in sysfs. The kernel gives its bytes only after
// something but "0\n" was written to it, and switches the device's ROM on for the time of each read alone.

#include "agent/root/file_descriptor.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <string>

namespace assay::agent {

// `path` lies below the directory `top` and leads through no link and over no mount. The file is switched off again
// whatever happens. Errors: not_found when there is no such file, or no ROM behind it (EIO: the kernel found no image),
// denied when it may not be written, limit_exceeded beyond max_bytes, wrong_type, io_error.
Result<std::string> read_enabled_rom(int top, const std::string& path, std::size_t max_bytes);

// A sysfs mounted for this alone, attached nowhere: the one that is read is mounted read-only, and so is /sys in a
// sandbox. denied without CAP_SYS_ADMIN.
Result<FileDescriptor> writable_sysfs();

}  // namespace assay::agent
