#pragma once
// The parts that an SMBIOS table names, as components. Empty sockets of processors and memory are no parts; empty slots
// for cards are, since it matters what was plugged into them. Claims of the firmware all of it.

#include "agent/root/view.hpp"
#include "evidence/component.hpp"
#include "evidence/hardware/smbios.hpp"

#include <vector>

namespace assay::agent {

// System, boards, chassis, BIOS, processors, memory modules, slots, firmware items, the interfaces of a BMC, the TPM.
std::vector<Component> smbios_components(const smbios::Table& table);

// Additions (Found::additions): the name of a slot or an onboard device as the place of the PCI function that sits
// there. Bus numbers are those of the firmware: where an operating system numbers anew, a function is not found or,
// when another has its address, misplaced.
std::vector<Component> places_of(const smbios::Table& table, const View& view);

}  // namespace assay::agent
