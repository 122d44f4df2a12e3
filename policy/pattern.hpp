#pragma once
// What a pack says an entity is known by: a number of a registry, whole ("05c6:6613") or only its maker's part
// ("12d1"), or the assigned first bits of a MAC address. A pattern is a number: no text that a device gives of itself
// is ever compared with one.

#include "evidence/identifier.hpp"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace assay::policy {

// Names in packs: those of Registry, but "oui" for the blocks of MAC addresses.
struct Pattern {
    Registry registry = Registry::pci;
    std::string value;
    friend auto operator<=>(const Pattern&, const Pattern&) = default;
};

// The forms, by the registry's name in a pack:
//   pci, pci_subsystem, usb   "19e5" every device of the vendor; "19e5:0123" one device
//   oui                       6, 7 or 9 lower-case hex digits: a block of 24 (MA-L), 28 (MA-M) or 36 (MA-S) bits
//   sff_oui                   6 hex digits
//   acpi                      "HISI" every product of the vendor; "HISI0001" one product
//   jedec, pen, pnp, midr, devicetree, tpm_vendor   as evidence/identifier.hpp spells them
// bad_value for any other spelling, a group address as block, or a registry that no pattern is made of.
Result<Pattern> make_pattern(std::string_view registry, std::string_view value, std::string_view where = "value");
std::string_view registry_name(const Pattern& pattern);

// Every pattern that would match the identifier, the most specific first.
//  - A MAC address belongs to the longest known block only: 36 bits, then 28, then 24. The exact look-up comes before
//    any thought of the locally-administered bit, because some company ids carry it (4a:c0:3f). A group address is no
//    identifier and yields nothing.
//  - A transceiver's vendor OUI is an IEEE number: it also matches a 24-bit block.
//  - An ACPI id of seven characters starts with a PNP vendor id: it also matches that.
// Only permanent addresses are identifiers; that virtual and random ones are not reported as such is the agent's duty.
std::vector<Pattern> patterns_of(const Identifier& identifier);

// How a pattern came to match, as a stable word with one sentence for people.
enum class MatchReason {
    vendor_chip,
    device_chip,
    vendor_subsystem,
    device_subsystem,
    vendor_usb,
    device_usb,
    vendor_mac,
    vendor_memory,
    vendor_pen,
    vendor_pnp,
    vendor_processor,
    vendor_transceiver,
    vendor_acpi,
    device_acpi,
    vendor_devicetree,
    vendor_tpm,
};
std::string_view name(MatchReason reason);
std::string_view meaning(MatchReason reason);
std::vector<MatchReason> all_match_reasons();
MatchReason reason_for(const Identifier& identifier, const Pattern& pattern);

}  // namespace assay::policy
