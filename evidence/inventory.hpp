#pragma once
// The inventory document: what an agent found, what each source covered and how its reading went. Its bytes are
// canonical: keys sorted, components sorted by key, nothing volatile in them; the same hardware gives the same bytes. A
// statement names the document by the SHA-256 of exactly these bytes.

#include "evidence/component.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class SourceState { ok, absent, denied, error, timed_out };
std::string_view name(SourceState state);
Result<SourceState> source_state_named(std::string_view name, std::string_view where);

// How the reading of one source went. Only `ok` with a covered place says that nothing else is there.
struct SourceReport {
    std::string source;  // "pci", "usb", "smbios", ...
    SourceState state = SourceState::absent;
    std::string detail;                // why, when not ok: what failed and where; may be empty
    std::vector<std::string> covered;  // sorted: bus domains, ports, cages, directories that were looked at
    friend bool operator==(const SourceReport&, const SourceReport&) = default;
};

struct Inventory {
    bool replayed = false;              // read from a tree given with --root: nothing was asked of a live machine
    std::vector<SourceReport> sources;  // sorted by source, one each
    std::vector<Component> components;  // sorted by key, keys unique
    friend bool operator==(const Inventory&, const Inventory&) = default;
};

inline constexpr std::string_view inventory_format = "assay/inventory/1";

// Sorts what must be sorted. Duplicate keys are the caller's bug (assert).
void normalise(Inventory& inventory);

// Canonical bytes. REQUIRES: normalised.
std::string encode_inventory(const Inventory& inventory);
// Refuses what is not canonical (bad_value), beyond evidence/limits.hpp, has unknown fields, a parent that is not in
// it, or text with control characters. Round trip: encode(decode(x)) == x.
Result<Inventory> decode_inventory(std::string_view text);

// One component as it stands in an inventory, canonical; for whoever keeps components one by one. Decoding checks its
// fields, not its parent.
std::string encode_component(const Component& component);
Result<Component> decode_component(std::string_view text);

// What a boot assigns, by component key: "address" -> "0000:03:00.0", "interface" -> "eth0", "device_number" -> "7".
using Placement = std::map<std::string, std::map<std::string, std::string>>;
inline constexpr std::string_view placement_format = "assay/placement/1";
std::string encode_placement(const Placement& placement);
Result<Placement> decode_placement(std::string_view text);

}  // namespace assay
