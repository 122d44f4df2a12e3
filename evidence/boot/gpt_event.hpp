#pragma once
// UEFI_GPT_DATA: the partition table of the disk that was booted from. PFP 1.06, "UEFI_GPT_DATA Structure";
// UEFI 2.10, 5.3. Pure; views look at the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/boot/no_action.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay::boot {

struct GptPartition {
    RawGuid type{};
    RawGuid unique{};
    std::uint64_t first_lba = 0;
    std::uint64_t last_lba = 0;
    std::uint64_t attributes = 0;
    ByteView name;  // 72 bytes of UTF-16LE
    ByteView rest;  // of entries that are longer

    std::string name_text() const;  // cleaned
};

struct GptTable {
    std::uint32_t revision = 0;
    std::uint32_t header_bytes = 0;
    std::uint32_t header_crc32 = 0;
    std::uint32_t reserved = 0;
    std::uint64_t own_lba = 0;
    std::uint64_t alternate_lba = 0;
    std::uint64_t first_usable_lba = 0;
    std::uint64_t last_usable_lba = 0;
    RawGuid disk{};
    std::uint64_t entries_lba = 0;
    std::uint32_t entry_count = 0;  // that the table has room for
    std::uint32_t entry_bytes = 0;
    std::uint32_t entries_crc32 = 0;
    std::vector<GptPartition> partitions;  // the used ones
};

// bad_magic: not "EFI PART"; bad_value: entries under 128 bytes; limit_exceeded over limits::gpt_partitions; truncated,
// trailing_bytes.
Result<GptTable> decode_gpt_table(ByteView data);
Bytes encode_gpt_table(const GptTable& table);

}  // namespace assay::boot
