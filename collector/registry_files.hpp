#pragma once
// The registry snapshots in force, read from files. Composed whole or refused whole: what is refused leaves the ones in
// force untouched.

#include "policy/registries.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::collector {

// `given`: *.tsv files, or directories of them, in the order of their names; empty: none. Absent: the directory
// `registries` beside the first of `packs`, if it is there. Errors name file and line.
Result<policy::Registries> load_registries(
    const std::optional<std::vector<std::string>>& given, std::span<const std::string> packs
);

}  // namespace assay::collector
