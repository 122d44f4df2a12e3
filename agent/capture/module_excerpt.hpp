#pragma once
// A kernel module without its code: what its .modinfo section says is all that a scan reads of it. Pure.

#include "base/bytes.hpp"

#include <string>

namespace assay::agent {

// The least ELF64 relocatable file with the module's .modinfo section, or the whole module where that would not tell a
// reader the same (it is compressed, or broken).
std::string module_excerpt(ByteView module);

}  // namespace assay::agent
