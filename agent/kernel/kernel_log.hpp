#pragma once
// The kernel's log from its first record that is still there, by /dev/kmsg: what it says of firmware, and nothing else.
// Waits for nothing, and takes nothing away from other readers.

#include "agent/kernel/kernel.hpp"

#include <functional>
#include <string>

namespace assay::agent {

Result<FirmwareLog> read_kernel_log();

// Gathers records until there are no more: how read_kernel_log reads, for tests. `next` gives one record; gone when
// records were lost before it, not_found at the end. A ring that outruns its reader ends after max_log_records.
using NextRecord = std::function<Result<std::string_view>()>;
Result<FirmwareLog> gather_firmware_lines(const NextRecord& next);
inline constexpr std::size_t max_log_records = 1'000'000;

}  // namespace assay::agent
