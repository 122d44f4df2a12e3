#pragma once
// What the kernel's log said of firmware in this boot, over all scans. The log is a ring: lines that were there an hour
// ago are gone, and without a memory the firmware manifest would change with each of them. With it a manifest changes
// only when something more is said, and at most once from whole to cut. Pure.

#include "agent/kernel/kernel.hpp"

#include <string>
#include <string_view>

namespace assay::agent {

struct FirmwareMemory {
    std::string boot;  // proc/sys/kernel/random/boot_id; a memory of another boot is none
    FirmwareLog log;
    friend bool operator==(const FirmwareMemory&, const FirmwareMemory&) = default;
};

// The log from the boot's first record on, and every record since was read.
bool whole(const FirmwareLog& log);

// `earlier` with what was read now. Records that were written and lost between the two are a gap.
FirmwareMemory remembered(const FirmwareMemory& earlier, const FirmwareMemory& now);

inline constexpr std::size_t firmware_memory_bytes = 2U << 20U;
std::string encode_firmware_memory(const FirmwareMemory& memory);
Result<FirmwareMemory> decode_firmware_memory(std::string_view text);

}  // namespace assay::agent
