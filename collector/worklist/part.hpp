#pragma once
// What a worklist item is about: one part of one device, told apart by what it carries (serial, MAC addresses, firmware
// hashes) and by its numbers, and how a later inventory's component relates to it. Names decide nothing.

#include "evidence/inventory.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::worklist {

struct Part {
    std::string key;  // in the inventory where it was last seen
    ComponentKind kind = ComponentKind::system;
    std::string serial;              // "" when none was readable
    std::vector<Identifier> models;  // sorted; every identifier but MAC addresses
    std::set<std::string> macs;
    std::set<Sha256> firmware;
    Location location;
    std::string parent;
    std::string label;  // vendor and product as the device gave them; shown, never compared
    friend bool operator==(const Part&, const Part&) = default;
};
Part part_of(const Component& component);

// The same kind, numbers and unit: serial where the part has one that names a unit (evidence/unit_mark.hpp), else such
// MAC addresses, else only the place. Placeholders are never compared, here and below.
bool same_unit(const Part& a, const Part& b);
// The same serial, MAC address, or firmware hash in the same place (same parent or key), but other numbers.
bool same_unit_under_other_ids(const Part& a, const Part& b);
// For other devices: the same kind and numbers, and a serial or a MAC address in common.
bool same_unit_elsewhere(const Part& a, const Part& b);

// Texts that other inventories can be searched for: "serial/..." and "mac/...".
std::vector<std::string> traits(const Part& part);

// The parts of one inventory, found by what they carry.
class Parts {
  public:
    explicit Parts(const Inventory& inventory);
    const std::vector<Part>& all() const { return parts_; }
    const Part* at(std::string_view key) const;  // nullptr: none
    // Those that could be the part, or be it under other numbers. No order; may repeat.
    std::vector<const Part*> like(const Part& part) const;

  private:
    using Index = std::multimap<std::string, std::size_t, std::less<>>;
    void collect(const Index& index, std::string_view what, std::vector<const Part*>& out) const;
    std::vector<Part> parts_;
    Index by_key_;
    Index by_trait_;
    Index by_firmware_;  // "<parent> <hash>" and "<key> <hash>"
};

struct Found {
    enum class How {
        present,   // at its place, or moved within the device
        altered,   // carries its serial, MAC or firmware hash, but other numbers
        occupied,  // something alike stands in its place, and nothing tells the two apart
        missing,
    } how = How::missing;
    const Part* part = nullptr;  // of present, altered, occupied; lives as long as the Parts
};
Found find(const Part& part, const Parts& parts);

}  // namespace assay::worklist
