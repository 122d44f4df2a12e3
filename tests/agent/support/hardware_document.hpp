#pragma once
// The inventory document of a scan without how its view was come by: what has to be the same bytes for the same
// hardware, live or replayed.

#include "agent/scan.hpp"
#include "evidence/inventory_diff.hpp"

#include <doctest/doctest.h>

#include <string>

namespace assay::test {

inline agent::Scan scan_of(const std::string& dir) {
    const auto view = agent::View::replay(dir);
    REQUIRE(view.has_value());
    return agent::scan(*view, {});
}

inline std::string hardware_document(const agent::Scan& scan) {
    Inventory inventory = scan.inventory;
    inventory.replayed = false;
    std::erase_if(inventory.sources, [](const SourceReport& source) { return source.source == "view"; });
    return encode_inventory(inventory);
}

// What a person who has to mend it wants to know: the keys and values that differ.
inline std::string difference(const agent::Scan& before, const agent::Scan& after) {
    std::string out;
    const InventoryDiff diff = diff_inventories(before.inventory, after.inventory);
    for (const PartDiff& part : diff.parts) {
        out += std::string(name(part.change)) + " " + (part.before ? part.before->key : "-") + " -> " +
               (part.after ? part.after->key : "-") + "\n";
        for (const ValueChange& value : part.values) {
            out += "  " + value.what + ": " + value.before.text() + value.before.why() + " -> " + value.after.text() +
                   value.after.why() + "\n";
        }
    }
    for (const SourceDiff& source : diff.sources) {
        out += "source " + source.source + ": " + source.detail_before + " -> " + source.detail_after + "\n";
        for (const std::string& place : source.covered_no_more) out += "  no more: " + place + "\n";
        for (const std::string& place : source.covered_anew) out += "  anew: " + place + "\n";
    }
    return out;
}

}  // namespace assay::test
