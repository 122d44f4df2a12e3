#pragma once
// Slots of PCI, collected while configuration spaces are read: first every port, then what sys/bus/pci/slots names. The
// key of a slot is "slot/" and the key of the port above it; several slots on one conventional bus have their device
// number behind it. Bus numbers find the port and stay out of the key.

#include "agent/sources/pci_functions.hpp"
#include "agent/sources/source.hpp"
#include "evidence/hardware/pci_config.hpp"

#include <map>
#include <string>

namespace assay::agent {

class PciSlots {
  public:
    explicit PciSlots(const std::vector<std::string>& root_keys);

    void add_port(const PciFunction& function, const pci::Config& config);
    // Names the slots that a hot-plug driver or the firmware has named; adds those that no port has.
    void add_named(const View& view, Account& account);
    // Puts the slots into `found`, and what is no fixed thing of them into its placement.
    void finish(Found& found);

  private:
    struct Bus {
        std::string key;  // of the bridge above it, or of the root bus
        bool root = false;
        bool seen = true;  // the bridge's capabilities were read: what it does not say is not there
    };

    void add_named_slot(const View& view, const std::string& name);
    Component& slot_at(const std::string& key, const Bus* bus);

    std::map<std::string, Bus> buses_;  // by "0000:03"
    std::map<std::string, Component> slots_;
    Placement placement_;
};

}  // namespace assay::agent
