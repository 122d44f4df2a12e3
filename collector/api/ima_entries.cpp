#include "collector/api/ima_entries.hpp"

#include "evidence/runtime/ima_list.hpp"

#include <algorithm>
#include <iterator>

namespace assay::api {

std::optional<std::vector<ImaEntry>> kept_ima_entries(
    std::span<const store::StoredImaSegment> segments, const KnownImaList& list
) {
    std::vector<ImaEntry> out;
    for (const store::StoredImaSegment& segment : segments) {
        ImaList decoded = decode_ima_list(segment.body);
        if (segment.first != out.size() || decoded.broken || decoded.entries.size() != segment.entries) {
            return std::nullopt;
        }
        std::ranges::move(decoded.entries, std::back_inserter(out));
    }
    if (out.size() != list.replay.count) return std::nullopt;
    return out;
}

}  // namespace assay::api
