#pragma once
// The policy packs in force, read from files. Composed whole or refused whole: a pack that is refused leaves the ones
// in force untouched.

#include "base/time.hpp"
#include "collector/store/packs.hpp"
#include "policy/pack_set.hpp"

#include <span>
#include <string>
#include <vector>

namespace assay::collector {

struct LoadedPacks {
    policy::PackSet set;
    std::vector<store::StoredPack> stored;  // the same packs with their exact bytes
};

// `paths`: TOML files, or directories whose *.toml files are taken in the order of their names. Errors name file, line
// and column.
Result<LoadedPacks> load_packs(std::span<const std::string> paths, UnixMillis now);

}  // namespace assay::collector
