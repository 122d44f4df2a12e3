#pragma once
// What it means that securityfs has no such file: the kernel has nothing of the kind, or its files cannot be seen
// because nobody mounted it. For the sources that read there.

#include "agent/sources/source.hpp"

namespace assay::agent {

// `account`, finished: absent where securityfs is mounted or the kernel has none, else error.
Found nothing_there(const View& view, Account account, const std::string& path);

}  // namespace assay::agent
