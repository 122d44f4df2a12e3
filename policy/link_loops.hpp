#pragma once
// No chain of links comes back to where it began, whatever the days: an entity is not its own parent.

#include "policy/pack.hpp"

#include <vector>

namespace assay::policy {

struct PlacedLink {
    const Link* link = nullptr;
    const Pack* pack = nullptr;
};

// bad_value, placed at a link of the loop. For the links of one pack, and of all that are put together.
Result<void> refuse_loops(const std::vector<PlacedLink>& links);

}  // namespace assay::policy
