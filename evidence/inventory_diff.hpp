#pragma once
// What differs between two inventories of one device, part by part: what came, went, moved, and which of its values
// changed. What a boot assigns stands outside the inventory and is no difference, nor is how a value was obtained. A
// part that is missing where nobody looked is not said to be removed. Pure.

#include "evidence/inventory.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

enum class PartChange {
    added,
    removed,          // its place was looked at, or what it hung on is removed
    moved,            // the same unit at another key
    changed,          // at its place, with other values
    not_looked_at,    // missing, and no source that was read to its end covered its place
    first_looked_at,  // there now, and no source that was read to its end covered its place before
};
std::string_view name(PartChange change);

// One value of a part that is in both. `absent` on one side: the part has no such value there.
struct ValueChange {
    std::string what;  // "serial", "identifiers", "kind", "slot", "parent", "name driver", "firmware", "firmware bios"
    Reading before;
    Reading after;
    friend bool operator==(const ValueChange&, const ValueChange&) = default;
};

struct PartDiff {
    PartChange change = PartChange::changed;
    std::optional<Component> before;
    std::optional<Component> after;
    std::vector<ValueChange> values;  // of moved and changed; by `what`
    const std::string& key() const { return after ? after->key : before->key; }
};

struct SourceDiff {
    std::string source;
    std::optional<SourceState> before;  // none: the inventory has no such source
    std::optional<SourceState> after;
    std::string detail_before;
    std::string detail_after;
    std::vector<std::string> covered_no_more;
    std::vector<std::string> covered_anew;
    friend bool operator==(const SourceDiff&, const SourceDiff&) = default;
};

struct InventoryDiff {
    std::vector<PartDiff> parts;      // by key
    std::vector<SourceDiff> sources;  // by name; of "view" the state only, for how it was come by is no difference
    bool empty() const { return parts.empty() && sources.empty(); }
};

// One unit at two keys is recognised by a serial number or a MAC address that names a unit (evidence/unit_mark.hpp)
// and stands on one part of each side, else by kind, numbers and names where just one such part left and one came.
// REQUIRES: both normalised.
InventoryDiff diff_inventories(const Inventory& before, const Inventory& after);

// Whether `key` is the place or lies below it.
bool lies_at(std::string_view key, std::string_view place);
// A source that was read to its end covers the place of `key`: what is not in the inventory there is not there.
bool looked_at(const Inventory& inventory, std::string_view key);

}  // namespace assay
