#pragma once
// What is known of a device's boot beside its reports: how its firmware is called, how far the IMA list of this boot
// was replayed and judged, and the bytes of that list.

#include "collector/store/devices.hpp"
#include "collector/verifier/boot/boot_reference.hpp"
#include "collector/verifier/runtime/ima_evidence.hpp"
#include "evidence/proof.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::store {

// How its last inventory names the firmware, and how far that inventory was proven as a whole.
struct DeviceBoot {
    FirmwareModel firmware;
    ProofLevel proof = ProofLevel::reported;
    friend bool operator==(const DeviceBoot&, const DeviceBoot&) = default;
};
void set_device_boot(Database& db, const DeviceId& id, const DeviceBoot& boot);
std::optional<DeviceBoot> device_boot(Database& db, const DeviceId& id);  // none before the first inventory

// Of an inventory that was kept before there were device boots, too.
ProofLevel stored_proof(Database& db, const Device& device);

struct RuntimeState {
    KnownImaList list;
    std::string judged;  // RuntimeProgress as it is written down, or ""
    friend bool operator==(const RuntimeState&, const RuntimeState&) = default;
};
void set_runtime_state(Database& db, const DeviceId& id, const RuntimeState& state);
std::optional<RuntimeState> runtime_state(Database& db, const DeviceId& id);

// A part of the list as it came: `entries` of it are known, from entry `first` on.
struct StoredImaSegment {
    std::uint64_t first = 0;
    std::uint64_t entries = 0;
    std::string boot;
    Bytes body;
};
// Keeps it with the boot that `list` is of, and lets go of segments of other boots of this device.
void keep_ima_segment(Database& db, const DeviceId& id, const KnownImaList& list, const StoredImaSegment& segment);
// Of this boot, in the order in which they came.
std::vector<StoredImaSegment> ima_segments(Database& db, const DeviceId& id, const KnownImaList& list);

}  // namespace assay::store
