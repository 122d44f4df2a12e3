#pragma once
// One reading of all hardware sources. Each source runs on a thread of its own, one after the other, and is left
// behind when its deadline passes: it is then `timed_out`, and the others go on. A thread that is left behind keeps
// only its own copy of the View; a process that must stay small or must not keep such threads scans in a child
// (agent/scan_child.hpp). Nothing here is sent or judged.

#include "agent/ima_reading.hpp"
#include "agent/root/view.hpp"
#include "agent/sources/choices.hpp"
#include "agent/sources/firmware_memory.hpp"
#include "base/bytes.hpp"
#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/module_list.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace assay::agent {

// What TPM2_GetCapability says of the TPM, for who has a connection to it. Not signed by the TPM.
struct TpmFacts {
    std::uint32_t manufacturer = 0;  // TPM_PT_MANUFACTURER
    std::string vendor_string;       // TPM_PT_VENDOR_STRING_1..4, joined
    std::string firmware_version;    // "major.minor.build.private" as the caller prints it
    std::string family{};            // TPM_PT_FAMILY_INDICATOR: "2.0"
    std::string revision{};          // of the specification: "1.64"
    std::string year{};              // of the specification
    std::string algorithms{};        // names, a blank between two; empty: the TPM did not tell
    std::string curves{};
    std::string pcr_banks{};  // with at least one PCR
};

struct ScanConfig {
    std::chrono::milliseconds source_deadline{10'000};  // of each source
    std::optional<TpmFacts> tpm;                        // merged into the component of the source "tpm"
    std::vector<std::string> hanging{};                 // sources that are known to hang: not begun, timed_out
    ScanChoices choices{};                              // what may be read that could disturb a device
    FirmwareMemory log{};                               // what an earlier scan of this boot gave as Scan::log
    bool hardware = true;                               // false: the IMA list alone
    bool ima_list = true;                               // false: not the IMA list, which no captured tree has either
    std::optional<ImaPlace> ima_from{};  // where the reading of the IMA list begins; its beginning without
};

struct Scan {
    Inventory inventory;  // normalised
    Placement placement;
    // None when their source gave no answer in time: what nobody could look at is no empty list.
    std::optional<FirmwareManifest> firmware;
    std::optional<ModuleList> modules;
    std::optional<FirmwareMemory> log;  // to be given to the next scan
    std::string event_log{};            // as the kernel has it; empty: none
    std::optional<ImaReading> ima{};
    Bytes ima_entries{};
};

Scan scan(const View& view, const ScanConfig& config);

}  // namespace assay::agent
