#pragma once
// Where firmware and its tables lay in memory when they were measured: UEFI_PLATFORM_FIRMWARE_BLOB, ..._BLOB2,
// UEFI_HANDOFF_TABLE_POINTERS, ..._POINTERS2. PFP 1.06, "UEFI Structures". The digest is of the blob or the tables,
// which no log has; none of this is covered but where a machine hashes the structure itself. Pure; views look at the
// bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/boot/no_action.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace assay::boot {

struct FirmwareBlob {
    std::optional<ByteView> description;  // of the second form
    std::uint64_t base = 0;
    std::uint64_t length = 0;
};
// truncated, trailing_bytes.
Result<FirmwareBlob> decode_firmware_blob(ByteView data);
Result<FirmwareBlob> decode_firmware_blob2(ByteView data);
Bytes encode_firmware_blob(const FirmwareBlob& blob);

struct HandoffTable {
    RawGuid vendor{};
    std::uint64_t pointer = 0;
};
struct HandoffTables {
    std::optional<ByteView> description;  // of the second form
    std::vector<HandoffTable> tables;
};
// truncated, trailing_bytes, limit_exceeded (over limits::handoff_tables).
Result<HandoffTables> decode_handoff_tables(ByteView data);
Result<HandoffTables> decode_handoff_tables2(ByteView data);
Bytes encode_handoff_tables(const HandoffTables& tables);

}  // namespace assay::boot
