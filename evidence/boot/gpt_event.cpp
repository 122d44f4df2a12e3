#include "evidence/boot/gpt_event.hpp"

#include "base/reader.hpp"
#include "base/text.hpp"
#include "base/utf16.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::boot {
namespace {

constexpr std::string_view signature = "EFI PART";
constexpr std::size_t name_bytes = 72;
constexpr std::uint32_t least_entry_bytes = 128;

RawGuid read_guid(Reader& reader) {
    RawGuid out{};
    std::ranges::copy(reader.take(out.size()), out.begin());
    return out;
}

GptPartition read_partition(Reader& reader, std::size_t rest) {
    GptPartition out;
    reader.at("Partitions");
    out.type = read_guid(reader);
    out.unique = read_guid(reader);
    out.first_lba = reader.u64le();
    out.last_lba = reader.u64le();
    out.attributes = reader.u64le();
    out.name = reader.take(name_bytes);
    out.rest = reader.take(rest);
    return out;
}

}  // namespace

Result<GptTable> decode_gpt_table(ByteView data) {
    Reader reader(data);
    if (as_text(reader.at("Signature").take(signature.size())) != signature) {
        reader.refuse(Errc::bad_magic, "", "is not EFI PART");
    }
    GptTable out;
    out.revision = reader.at("Revision").u32le();
    out.header_bytes = reader.at("HeaderSize").u32le();
    out.header_crc32 = reader.at("HeaderCRC32").u32le();
    out.reserved = reader.at("Reserved").u32le();
    out.own_lba = reader.at("MyLBA").u64le();
    out.alternate_lba = reader.at("AlternateLBA").u64le();
    out.first_usable_lba = reader.at("FirstUsableLBA").u64le();
    out.last_usable_lba = reader.at("LastUsableLBA").u64le();
    out.disk = read_guid(reader.at("DiskGUID"));
    out.entries_lba = reader.at("PartitionEntryLBA").u64le();
    out.entry_count = reader.at("NumberOfPartitionEntries").u32le();
    out.entry_bytes = reader.at("SizeOfPartitionEntry").u32le();
    out.entries_crc32 = reader.at("PartitionEntryArrayCRC32").u32le();
    const std::uint64_t count = reader.at("NumberOfPartitions").u64le();
    if (out.entry_bytes < least_entry_bytes) {
        reader.refuse(Errc::bad_value, "SizeOfPartitionEntry", "is under 128 bytes");
    }
    if (count > limits::gpt_partitions) reader.refuse(Errc::limit_exceeded, "NumberOfPartitions", "too many");
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
        out.partitions.push_back(read_partition(reader, out.entry_bytes - least_entry_bytes));
    }
    CHECK_OK(reader.finish("UEFI_GPT_DATA"));
    return out;
}

Bytes encode_gpt_table(const GptTable& table) {
    Writer w;
    w.raw(as_bytes(signature)).u32le(table.revision).u32le(table.header_bytes).u32le(table.header_crc32);
    w.u32le(table.reserved).u64le(table.own_lba).u64le(table.alternate_lba).u64le(table.first_usable_lba);
    w.u64le(table.last_usable_lba).raw(table.disk).u64le(table.entries_lba).u32le(table.entry_count);
    w.u32le(table.entry_bytes).u32le(table.entries_crc32).u64le(table.partitions.size());
    for (const GptPartition& one : table.partitions) {
        w.raw(one.type).raw(one.unique).u64le(one.first_lba).u64le(one.last_lba).u64le(one.attributes);
        w.raw(one.name).raw(one.rest);
    }
    return w.take();
}

std::string GptPartition::name_text() const {
    return clean_text(utf8_of_utf16le_until_nul(name), limits::text_bytes);
}

}  // namespace assay::boot
