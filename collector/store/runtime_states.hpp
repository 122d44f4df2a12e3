#pragma once
// What is known of a device's boot beside its reports: how its firmware is called, how far the IMA list of this boot
// was replayed and judged, and the bytes of that list.

#include "collector/store/devices.hpp"
#include "collector/verifier/boot/boot_reference.hpp"
#include "collector/verifier/runtime/ima_evidence.hpp"
#include "collector/verifier/runtime/judge_runtime.hpp"
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

// Of one boot's list, as it was sent: some 200,000 entries. What is longer is proven and judged like any other, but not
// kept: a policy that changes is then appraised from the next boot on.
inline constexpr std::uint64_t ima_kept_bytes = 32U << 20U;

struct RuntimeState {
    KnownImaList list;
    std::optional<assay::RuntimeState> progress;  // how far it was judged; none: not at all
    // What is kept of the list, as far as it is known; nullopt: not all of it could be, so nothing is.
    std::optional<std::uint64_t> kept_bytes = 0;
    std::string problem;  // why a stored progress could not be read, or ""; not stored
    friend bool operator==(const RuntimeState&, const RuntimeState&) = default;
};
void set_runtime_state(Database& db, const DeviceId& id, const RuntimeState& state);
std::optional<RuntimeState> runtime_state(Database& db, const DeviceId& id);

// A part of the list as it came: `entries` entries from number `first` on, and nothing else.
struct StoredImaSegment {
    std::uint64_t first = 0;
    std::uint64_t entries = 0;
    Bytes body;
};
// Keeps it with the boot that `list` is of, and lets go of segments of other boots of this device.
void keep_ima_segment(Database& db, const DeviceId& id, const KnownImaList& list, const StoredImaSegment& segment);
void drop_ima_segments(Database& db, const DeviceId& id);  // all of this device
// Of this boot, in the order in which they came.
std::vector<StoredImaSegment> ima_segments(Database& db, const DeviceId& id, const KnownImaList& list);

}  // namespace assay::store
