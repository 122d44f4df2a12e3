#pragma once
// What a machine's UEFI says of itself: the state of Secure Boot and the hashes of its key lists from efivarfs, and the
// updatable firmware of the ESRT (Documentation/ABI/testing/sysfs-firmware-efi-esrt). Read, never written: a fixed
// list of variables, since every read is a call into the firmware. A machine without UEFI has none of it: absent.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_efi(const View& view);

}  // namespace assay::agent
