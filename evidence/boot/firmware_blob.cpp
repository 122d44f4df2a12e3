#include "evidence/boot/firmware_blob.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::boot {
namespace {

void write_description(Writer& w, const std::optional<ByteView>& description) {
    if (description) w.u8(static_cast<std::uint8_t>(description->size())).raw(*description);
}

Result<FirmwareBlob> read_blob(Reader reader, std::optional<ByteView> description) {
    FirmwareBlob out{description, 0, 0};
    out.base = reader.at("BlobBase").u64le();
    out.length = reader.at("BlobLength").u64le();
    CHECK_OK(reader.finish("UEFI_PLATFORM_FIRMWARE_BLOB"));
    return out;
}

Result<HandoffTables> read_tables(Reader reader, std::optional<ByteView> description) {
    HandoffTables out{description, {}};
    const std::uint64_t count = reader.at("NumberOfTables").u64le();
    if (count > limits::handoff_tables) reader.refuse(Errc::limit_exceeded, "", "too many");
    reader.at("TableEntry");
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
        HandoffTable one;
        std::ranges::copy(reader.take(one.vendor.size()), one.vendor.begin());
        one.pointer = reader.u64le();
        out.tables.push_back(one);
    }
    CHECK_OK(reader.finish("UEFI_HANDOFF_TABLE_POINTERS"));
    return out;
}

}  // namespace

Result<FirmwareBlob> decode_firmware_blob(ByteView data) {
    return read_blob(Reader(data), std::nullopt);
}

Result<FirmwareBlob> decode_firmware_blob2(ByteView data) {
    Reader reader(data);
    reader.at("BlobDescription");
    const ByteView description = reader.take(reader.u8());
    return read_blob(reader, description);
}

Bytes encode_firmware_blob(const FirmwareBlob& blob) {
    Writer w;
    write_description(w, blob.description);
    return w.u64le(blob.base).u64le(blob.length).take();
}

Result<HandoffTables> decode_handoff_tables(ByteView data) {
    return read_tables(Reader(data), std::nullopt);
}

Result<HandoffTables> decode_handoff_tables2(ByteView data) {
    Reader reader(data);
    reader.at("TableDescription");
    const ByteView description = reader.take(reader.u8());
    return read_tables(reader, description);
}

Bytes encode_handoff_tables(const HandoffTables& tables) {
    Writer w;
    write_description(w, tables.description);
    w.u64le(tables.tables.size());
    for (const HandoffTable& one : tables.tables) w.raw(one.vendor).u64le(one.pointer);
    return w.take();
}

}  // namespace assay::boot
