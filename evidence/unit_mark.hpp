#pragma once
// Which serial numbers and MAC addresses name one unit. Firmware that was never filled in, memory without a programmed
// serial and drivers that make an address up give the same text on many parts: such a value is shown and kept, but
// never taken for a unit's identity. Pure.

#include <string_view>

namespace assay {

// False for what is filled in for want of a serial ("Default string", "To be filled by O.E.M.", "0123456789", ...),
// whatever its case, blanks and punctuation; for one character repeated; for digits that only count; and for fewer than
// five letters and digits. docs/SOURCES.md says it for operators.
bool names_a_unit(std::string_view serial);

// `mac` as Registry::mac spells it: 12 lower-case hex digits. False for what no maker gave to one device: all zero,
// groups (broadcast too), locally administered addresses, and the textbook examples.
bool mac_names_a_unit(std::string_view mac);

}  // namespace assay
