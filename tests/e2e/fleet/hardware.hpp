#pragma once
// The inventories of the simulated devices: a model's board, processor, memory and ports, cards in its slots, and now
// and then a part of a covered vendor: by its PCI chip, its PCI subsystem alone, its USB number, or its MAC address
// alone.

#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "tests/e2e/fleet/chance.hpp"

#include <string>

namespace assay::fleet {

struct Model {
    const char* role;
    const char* code;
    const char* maker;
    const char* name;
    const char* serial_prefix;
    const char* processor;
    unsigned cards;  // in slots, each with two ports
    unsigned modules;
    bool modem;  // a mobile modem on its USB
    std::size_t weight;
};
const Model& any_model(Chance& chance);

struct Hardware {
    Inventory inventory;
    Placement placement;
    std::vector<FirmwareFile> firmware;
};
Hardware make_hardware(const Model& model, const std::string& serial, Chance& chance);

}  // namespace assay::fleet
