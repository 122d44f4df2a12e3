#pragma once
// What a kernel module says of itself: the `firmware=` lines of its .modinfo section (ELF, TIS 1.2; kernel
// include/linux/module.h), the names of firmware files that it may ask for. Pure; the module's signature is not
// looked at.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

inline constexpr std::size_t max_firmware_names = 4096;  // of one module

// Values of `firmware=`, sorted, no duplicates; empty when there are none. ELF of 32 or 64 bits and either byte order.
// Errors: bad_magic (no ELF), unsupported (compressed as xz, zstd or gzip), truncated (a table or section beyond the
// end), limit_exceeded.
Result<std::vector<std::string>> firmware_names(ByteView module);

// The section's bytes, within `module`; empty when there is none. REQUIRES: an ELF file. Errors: truncated, bad_value.
Result<ByteView> modinfo_section(ByteView module);

// Of modules.dep: module name ("snd_hda_intel", with '_') -> path below the directory of modules.dep.
std::map<std::string, std::string, std::less<>> module_paths(std::string_view modules_dep);
std::string module_name(std::string_view path);  // "kernel/net/snd-x.ko.xz" -> "snd_x"

}  // namespace assay::agent
