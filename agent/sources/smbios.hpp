#pragma once
// System, boards, chassis, BIOS, processors and memory modules as the firmware's SMBIOS tables name them
// (evidence/hardware/smbios.hpp). Reading the tables needs root; without it, what /sys/class/dmi/id lets everybody read
// stands in, and the source is `denied`. Empty sockets are no parts.

#include "agent/sources/source.hpp"
#include "evidence/hardware/smbios.hpp"

namespace assay::agent {

Found read_smbios(const View& view);

// The components of a decoded table, by itself.
std::vector<Component> components_of(const smbios::Table& table);

}  // namespace assay::agent
