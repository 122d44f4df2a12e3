#pragma once
// An identity conflict: two statements about one part that name different companies, each by a number or a name that a
// registry knows. It accuses nobody: brands change, makers build for others, registers are old. It asks a person to
// look, demands nothing, and never opens an item of the worklist. docs/PACKS.md has the rules and the JSON fields.

#include "collector/findings/shown_part.hpp"
#include "evidence/inventory.hpp"
#include "evidence/proof.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

enum class ConflictRule {
    pci_name,          // a PCI chip's number against the maker's name that the part gives
    usb_name,          // the same of a USB device
    memory_name,       // a memory module's JEDEC code against its maker's name
    transceiver_name,  // the OUI in a transceiver's EEPROM against its vendor's name
    board_name,        // the MAC address in a board's EEPROM against its maker's and its vendor's names
    mac_maker,         // a permanent MAC address against the makers of chip, card and machine
};
std::string_view name(ConflictRule rule);
std::string_view meaning(ConflictRule rule);
std::optional<ConflictRule> conflict_rule_named(std::string_view word);

struct ConflictSide {
    std::string what;    // a registry's name ("pci", "mac"), or whose name it is ("manufacturer", "board manufacturer")
    std::string value;   // the number or the name, as the device gave it
    std::string holder;  // whose the number is; of a name, the registrant of that name; "" where no snapshot knows
    std::string number;  // by which the snapshot has the holder; "" with it
    std::string registry;  // of the snapshot: "pci", "oui"; "" with it
    std::string date;      // of the snapshot; "" with it
    friend bool operator==(const ConflictSide&, const ConflictSide&) = default;
};

struct Conflict {
    std::string id;  // 32 hex digits; the same device, component, rule and number always give the same
    ConflictRule rule = ConflictRule::mac_maker;
    std::string device;
    std::string component;  // its key
    ComponentKind kind = ComponentKind::system;
    ReadNames names;  // as the device gave them
    Location location;
    ProofLevel proof = ProofLevel::declared;
    std::vector<ConflictSide> statements;  // the number first, then what speaks of another: at least two
    friend bool operator==(const Conflict&, const Conflict&) = default;
};

std::string conflict_id(
    std::string_view device, std::string_view component, ConflictRule rule, const Identifier& identifier
);

json::Object to_json(const Conflict& conflict);

// One sentence for each statement, what it may mean, and how far the part is proven; printable.
std::vector<std::string> explain(const Conflict& conflict);

}  // namespace assay
