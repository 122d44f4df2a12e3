#pragma once
// Option ROMs of PCI functions (evidence/hardware/option_rom.hpp), added to the functions that the source "pci" found:
// each image of the chain as a firmware with its hash. On a live machine only what the operator chose is read
// (choices.hpp), because reading makes a device answer at another address; of what is passed over the report says so.
// In a captured tree every file `rom` is read. For root only.

#include "agent/sources/choices.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {

// Why the ROM of a live machine's device is not read, or nullptr. `class_code` is the attribute: "0x020000".
const char* reason_to_pass(OptionRoms choice, bool has_driver, const Reading& class_code);

Found read_option_roms(const View& view, const ScanChoices& choices);

}  // namespace assay::agent
