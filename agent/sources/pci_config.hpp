#pragma once
// What only the configuration space of PCI functions says (evidence/hardware/pci_config.hpp), added to the functions
// that the source "pci" found: subsystem ids of bridges, Device Serial Numbers, how many virtual functions there may
// be; and slots: those of ports and those that sys/bus/pci/slots names, each with its presence bit. A slot that is
// occupied and has no function below it is a contradiction for people to see. Without CAP_SYS_ADMIN the kernel gives 64
// bytes of each space: then the source is `denied`, and what was not seen is unreadable, not absent. Reading wakes a
// function that sleeps.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_pci_config(const View& view);

}  // namespace assay::agent
