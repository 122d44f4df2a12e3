#pragma once
// Vital product data of PCI functions (evidence/hardware/pci_vpd.hpp), added to the functions that the source "pci"
// found: what the maker calls the product, part number, serial number, engineering level, and the hash of all of it.
// Reading is slow (four bytes at a time through the device, milliseconds each) and some devices hang: hence a source of
// its own, which an operator can leave out. For root only.

#include "agent/sources/choices.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {

// Whether such a device is known to hang, or to take the machine with it: four hex digits each, and the class with six.
bool hangs_at_vpd(std::string_view vendor, std::string_view device, std::string_view class_code);

Found read_pci_vpd(const View& view, const ScanChoices& choices);

}  // namespace assay::agent
