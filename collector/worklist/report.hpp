#pragma once
// What an accepted report, the passing of time and a sighting elsewhere do to worklist items. Pure: items in, changes
// out; what is unchanged is not returned. The collector's part of the transitions is here, persons' is in
// collector/worklist/operate.hpp.

#include "collector/worklist/absence.hpp"

namespace assay::worklist {

// What one component is found for, as judged from the same report.
struct Judged {
    std::string component;  // its key
    std::vector<Demand> demands;
};

// `items` are all of the device's. Opens an item for each part with a demand that asks for work; brings back what
// returned (reappeared) or changed its numbers (altered); counts reports towards absence; sets absence_observed when
// every rule holds. Components that are not in the inventory are ignored.
std::vector<Change> on_report(
    const DeviceId& device, const std::vector<Item>& items, const std::vector<Judged>& judged, const Facts& facts,
    const Rules& rules
);

// A report of ANOTHER device holds this component: an item whose unit it is, and that is no longer at its own device,
// has reappeared. nullopt: nothing to do with it.
std::optional<Change> on_sighting(const Item& item, const DeviceId& elsewhere, const Component& seen, UnixMillis at);

// Exceptions run out on a day; a device that fell silent makes its open items unreachable until it reports again.
std::optional<Change> on_time(const Item& item, UnixMillis now, bool device_silent);

}  // namespace assay::worklist
