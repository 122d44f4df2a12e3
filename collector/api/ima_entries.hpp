#pragma once
// The entries of a boot's IMA list, put together from what is kept of it. Pure.

#include "collector/store/runtime_states.hpp"

#include <optional>
#include <span>
#include <vector>

namespace assay::api {

// All that are known of `list`, from the first on; nullopt when not all are among the segments.
std::optional<std::vector<ImaEntry>> kept_ima_entries(
    std::span<const store::StoredImaSegment> segments, const KnownImaList& list
);

}  // namespace assay::api
