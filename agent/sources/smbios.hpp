#pragma once
// What the firmware's SMBIOS tables name (agent/sources/smbios_parts.hpp). Reading the tables needs root; without it,
// what /sys/class/dmi/id lets everybody read stands in, and the source is `denied`.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_smbios(const View& view);

}  // namespace assay::agent
