#pragma once
// The rules of absence (absence.hpp) that one report can meet, by what they are about. Inside this room only; what
// takes several reports is absence.cpp's.

#include "collector/worklist/absence.hpp"

namespace assay::worklist {

// One report, held against the item.
struct Seen {
    const Item& item;
    const Facts& facts;
    const Parts& parts;
    const Found& found;
    const Rules& rules;
};

// Whether it is the same device, running, with the same TPM, booted anew: live_reading, same_generation, not_cleared,
// same_chassis, same_units, cold_boot.
std::vector<Condition> device_rules(const Seen& seen);
// Whether the part's place was looked at, as well as before, and is empty: source_ok, place_covered, parent_present,
// no_contradiction, agent_as_capable.
std::vector<Condition> place_rules(const Seen& seen);

// What later reports are measured against: the device by its chassis and its other parts ("" and empty where nothing
// names a unit), and the places that the part's source covered.
std::string chassis_serial(const Parts& parts);
std::set<std::string> unit_hashes(const Part& without, const Parts& parts);
void remember_places(Baseline& baseline, const Part& part, const Inventory& inventory);

inline Condition holds(std::string_view rule, std::string what) {
    return {std::string(rule), Standing::holds, std::move(what), {}};
}
inline Condition not_yet(std::string_view rule, std::string what, std::string to_do) {
    return {std::string(rule), Standing::not_yet, std::move(what), std::move(to_do)};
}
inline Condition contradicted(std::string_view rule, std::string what, std::string to_do) {
    return {std::string(rule), Standing::contradicted, std::move(what), std::move(to_do)};
}

}  // namespace assay::worklist
