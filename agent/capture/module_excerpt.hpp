#pragma once
// A kernel module without its code: its .modinfo section, its build id and the signature after its end are all that a
// scan reads of it. Pure.

#include <string>

namespace assay::agent {

// The least ELF64 relocatable file with these sections and this signature, never packed; or the whole module where that
// would not tell a reader the same (it is broken), or would not be shorter.
std::string module_excerpt(const std::string& module);

}  // namespace assay::agent
