#pragma once
// Lists that only operators ask for: enrolments with what became of their devices, and the counts of the overview.
// Filtered and paged as collector/store/lists.hpp.

#include "collector/store/enrolments.hpp"
#include "collector/store/lists.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace assay::store {

struct EnrolmentFilter {
    std::optional<Decision> decision;
    bool waiting = false;  // only devices that wait for an operator now, for whatever reason
    std::optional<std::string> site;
    std::optional<DeviceId> device;
};
struct EnrolmentRow {
    Enrolment enrolment;
    HostHints host;  // hostile text
    std::string site;
    Lifecycle lifecycle = Lifecycle::pending_review;  // of the device, now
    Reason lifecycle_reason = Reason::pending_review;
};
struct EnrolmentCursor {
    UnixMillis enrolled_at;
    DeviceId device;
    std::uint64_t generation = 0;
};
// The newest first.
std::vector<EnrolmentRow> list_enrolments(
    Database& db, const EnrolmentFilter& filter, const std::optional<EnrolmentCursor>& after, std::size_t limit
);

// Sorted by the text.
Counts count_devices_by_origin(Database& db);
Counts count_findings_by_authority(Database& db);  // those that no exception covers
Counts count_findings_by_site(Database& db);       // the same
Counts count_items_by_state(Database& db);
Counts count_items_by_site(Database& db);  // open ones

}  // namespace assay::store
