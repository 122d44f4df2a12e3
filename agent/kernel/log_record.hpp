#pragma once
// One record of /dev/kmsg (kernel Documentation/ABI/testing/dev-kmsg), and what it says of firmware. Pure. Anything may
// stand in the log: programs write to it, and drivers print what their devices call themselves. A line counts only when
// the kernel itself wrote it (facility 0), of a device (its DEVICE= is there), with nothing but that device's driver
// and name before the firmware loader's own words.

#include "agent/kernel/kernel.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::agent {

inline constexpr std::size_t log_record_bytes = 8192;  // as the kernel bounds it

struct LogRecord {
    std::uint64_t sequence = 0;
    std::optional<FirmwareLine> firmware;
};

// "6,339,5140900,-;text\n DEVICE=+pci:0000:00:1f.0\n". bad_value: not of that form.
Result<LogRecord> decode_log_record(std::string_view record);

// The loader's four lines, mainline's and Debian's, in the text of a record: nothing when it is none of them.
//   Direct firmware load for NAME failed with error -2       (drivers/base/firmware_loader/main.c)
//   Loaded FW: NAME, sha256: HEX                             (the same, CONFIG_FW_LOADER_DEBUG, switched on)
//   firmware: direct-loading firmware NAME                   (Debian 12)
//   firmware: failed to load NAME (-2)
std::optional<FirmwareLine> firmware_line(std::string_view text);

}  // namespace assay::agent
