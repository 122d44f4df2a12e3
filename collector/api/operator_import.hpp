#pragma once
// Inventories that the store has, put together again, judged again, and brought in by a person.

#include "collector/api/rules.hpp"
#include "collector/store/devices.hpp"
#include "collector/worklist/absence.hpp"
#include "evidence/inventory.hpp"

namespace assay::api {

// The device's current components and sources as one document.
Inventory stored_inventory(store::Database& db, const store::Device& device);

// What `assay-agent scan --json` would have printed, but for firmware files: "inventory", "placement".
json::Object scan_value(store::Database& db, const store::Device& device);

// Findings and worklist under the packs in force, without a new report. Inside a write.
void judge_again(
    store::Database& db, const store::Device& device, const ActivePacks& packs, const worklist::Rules& absence
);

// The id of a device without a TPM: SHA-256("assay/imported/1" || 0x00 || name). The same name is the same device.
DeviceId imported_device_id(std::string_view name);

}  // namespace assay::api
