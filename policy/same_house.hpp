#pragma once
// Whether two numbers are of one house by the packs: both of one entity, or of entities that links bring together. The
// days of rows and links do not matter here: who once was one house may still be one by name.

#include "policy/pack_set.hpp"

#include <set>
#include <span>
#include <string_view>

namespace assay::policy {

// The entities that the rows of these numbers name, and all that links lead to from them.
std::set<std::string_view> houses_of(const PackSet& packs, std::span<const Pattern> numbers);

bool meet(const std::set<std::string_view>& a, const std::set<std::string_view>& b);

}  // namespace assay::policy
