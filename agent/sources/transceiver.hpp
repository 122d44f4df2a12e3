#pragma once
// Cages of network interfaces and the pluggable modules in them. A cage is a slot: it says "module", "empty" when the
// driver says so, or why that could not be told. A module is what its EEPROM claims
// (evidence/hardware/transceiver.hpp). A cage is covered only when it was read, or is said to be empty: drivers that
// answer an empty cage like a broken module leave it uncovered, so that nobody takes silence for absence. Reading needs
// CAP_NET_ADMIN.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_transceivers(const View& view);

}  // namespace assay::agent
