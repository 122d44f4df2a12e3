#pragma once
// Judges one inventory under the active packs. Pure: the day, the device's facts and the proof level are given.

#include "collector/findings/finding.hpp"

#include <set>

namespace assay {

// What the collector or the operator knows of the device. All may be empty.
struct DeviceFacts {
    std::string device;  // device id, or another name that stays the same
    std::string site;
    std::string role;
    std::set<std::string> site_tags;
    ProofLevel proof = ProofLevel::declared;  // of the report that the inventory came with
};

// Every finding, sorted by component, identifier and entry; no two have the same id. An inventory read from a captured
// tree is `declared` at most, whatever `facts` says. REQUIRES: `inventory` as decode_inventory gave it, or normalised.
std::vector<Finding> judge(
    const Inventory& inventory, const policy::PackSet& packs, Date as_of, const DeviceFacts& facts = {}
);

}  // namespace assay
