#include "evidence/hardware/smbios.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <numeric>

namespace assay::smbios {
namespace {

constexpr std::size_t header_bytes = 4;
constexpr std::uint8_t end_of_table = 127;

bool sums_to_zero(ByteView bytes) {
    return (std::accumulate(bytes.begin(), bytes.end(), 0U) & 0xffU) == 0;
}

std::uint16_t le16(ByteView bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | (bytes[at + 1] << 8U));
}

std::uint32_t le32(ByteView bytes, std::size_t at) {
    return le16(bytes, at) | (static_cast<std::uint32_t>(le16(bytes, at + 2)) << 16U);
}

// DSP0134 5.2.1: "_SM_", checksum, length, version, ..., "_DMI_" at 0x10, its checksum, table length at 0x16.
Result<EntryPoint> decode_2x(ByteView bytes) {
    constexpr std::size_t whole = 0x1f;
    constexpr std::size_t intermediate = 0x10;
    if (bytes.size() < whole) return fail(Errc::truncated, "smbios entry point", "is shorter than 31 bytes");
    // Length 0x1e is a known mistake of version 2.1 (note to 5.2.1).
    const std::size_t length = bytes[5] == 0x1e ? whole : bytes[5];
    if (length < whole || length > bytes.size()) return fail(Errc::bad_value, "smbios entry point", "length");
    if (!sums_to_zero(bytes.first(length))) return fail(Errc::bad_value, "smbios entry point", "checksum");
    if (as_text(bytes.subspan(intermediate, 5)) != "_DMI_") return fail(Errc::bad_magic, "smbios entry point", "_DMI_");
    if (!sums_to_zero(bytes.subspan(intermediate, whole - intermediate))) {
        return fail(Errc::bad_value, "smbios entry point", "intermediate checksum");
    }
    return EntryPoint{{bytes[6], bytes[7]}, le16(bytes, 0x16), le32(bytes, 0x18)};
}

// DSP0134 5.2.2: "_SM3_", checksum, length, version, docrev, revision, reserved, maximum size, address.
Result<EntryPoint> decode_3x(ByteView bytes) {
    constexpr std::size_t whole = 0x18;
    if (bytes.size() < whole) return fail(Errc::truncated, "smbios entry point", "is shorter than 24 bytes");
    const std::size_t length = bytes[6];
    if (length < whole || length > bytes.size()) return fail(Errc::bad_value, "smbios entry point", "length");
    if (!sums_to_zero(bytes.first(length))) return fail(Errc::bad_value, "smbios entry point", "checksum");
    const std::uint64_t address = le32(bytes, 0x10) | (std::uint64_t{le32(bytes, 0x14)} << 32U);
    return EntryPoint{{bytes[7], bytes[8]}, le32(bytes, 0x0c), address};
}

// The strings after a formatted area: each ends with a NUL, the set with another. nullopt: it does not end.
std::optional<std::size_t> read_strings(ByteView rest, std::vector<std::string>& text) {
    std::size_t at = 0;
    while (true) {
        const auto end = std::find(rest.begin() + static_cast<std::ptrdiff_t>(at), rest.end(), 0);
        if (end == rest.end()) return std::nullopt;
        const auto size = static_cast<std::size_t>(end - rest.begin()) - at;
        if (size == 0) {
            // No string at all is two NULs.
            const std::size_t next = text.empty() ? at + 2 : at + 1;
            if (next > rest.size() || rest[next - 1] != 0) return std::nullopt;
            return next;
        }
        text.push_back(clean_text(rest.subspan(at, size), limits::text_bytes));
        at += size + 1;
    }
}

// Reads fields of one structure by their offsets in DSP0134, which count from the start of the header.
class FieldsOf {
  public:
    explicit FieldsOf(const Structure& structure) : bytes_(structure.formatted), text_(structure.text) {}

    Reading text(std::size_t offset) const {
        if (!has(offset, 1) || bytes_[offset] == 0) return {};
        const std::size_t number = bytes_[offset];
        if (number > text_.size()) return Reading::unreadable("names a string that is not there");
        return Reading::of(text_[number - 1]);
    }
    std::optional<std::uint8_t> u8(std::size_t offset) const {
        return has(offset, 1) ? std::optional(bytes_[offset]) : std::nullopt;
    }
    std::optional<std::uint16_t> u16(std::size_t offset) const {
        return has(offset, 2) ? std::optional(le16(bytes_, offset)) : std::nullopt;
    }
    std::optional<std::uint32_t> u32(std::size_t offset) const {
        return has(offset, 4) ? std::optional(le32(bytes_, offset)) : std::nullopt;
    }
    std::optional<ByteView> bytes(std::size_t offset, std::size_t count) const {
        return has(offset, count) ? std::optional(bytes_.subspan(offset, count)) : std::nullopt;
    }

  private:
    bool has(std::size_t offset, std::size_t count) const { return bytes_.size() >= offset + count; }
    ByteView bytes_;
    const std::vector<std::string>& text_;
};

Bios bios(const FieldsOf& f) {
    return {f.text(0x04), f.text(0x05), f.text(0x08)};
}

// 7.2.1: RFC 4122 order; since 2.6 the first three fields are little-endian.
std::string uuid_text(ByteView raw, Version version) {
    const auto is = [raw](std::uint8_t value) {
        return std::ranges::all_of(raw, [value](auto b) { return b == value; });
    };
    if (is(0) || is(0xff)) return "";
    Bytes bytes = to_bytes(raw);
    if (version >= Version{2, 6}) {
        std::reverse(bytes.begin(), bytes.begin() + 4);
        std::reverse(bytes.begin() + 4, bytes.begin() + 6);
        std::reverse(bytes.begin() + 6, bytes.begin() + 8);
    }
    std::string text = to_hex(bytes);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
    return text;
}

System system(const FieldsOf& f, Version version) {
    System out{f.text(0x04), f.text(0x05), f.text(0x06), f.text(0x07), f.text(0x19), f.text(0x1a), ""};
    if (const auto raw = f.bytes(0x08, 16)) out.uuid = uuid_text(*raw, version);
    return out;
}

Board board(const FieldsOf& f) {
    return {f.text(0x04), f.text(0x05), f.text(0x06), f.text(0x07), f.text(0x08), f.text(0x0a)};
}

Chassis chassis(const FieldsOf& f) {
    Chassis out{f.text(0x04), f.text(0x06), f.text(0x07), f.text(0x08), {}, 0};
    out.type = f.u8(0x05).value_or(0) & 0x7fU;
    // The SKU follows a list of contained elements: count at 0x13, size of each at 0x14.
    const auto count = f.u8(0x13);
    const auto size = f.u8(0x14);
    if (count && size) out.sku = f.text(0x15 + std::size_t{*count} * *size);
    return out;
}

Processor processor(const FieldsOf& f) {
    constexpr unsigned populated = 0x40;
    Processor out{f.text(0x04), f.text(0x07), f.text(0x10), f.text(0x20), f.text(0x21), f.text(0x22), false};
    out.populated = (f.u8(0x18).value_or(0) & populated) != 0;
    return out;
}

// 7.18.5: bit 15 says KiB instead of MiB; 0x7fff: see the extended size (MiB); 0xffff: unknown.
std::optional<std::uint64_t> memory_size(const FieldsOf& f) {
    const auto size = f.u16(0x0c);
    if (!size || *size == 0xffff) return std::nullopt;
    if (*size == 0x7fff) {
        const auto extended = f.u32(0x1c);
        return extended ? std::optional((std::uint64_t{*extended} & 0x7fffffffU) * 1024) : std::nullopt;
    }
    if ((*size & 0x8000U) != 0) return *size & 0x7fffU;
    return std::uint64_t{*size} * 1024;
}

// 7.18.8 and JEDEC SPD: the low byte counts continuation codes (bit 7 is parity), the high byte is the code.
std::string module_jedec(const FieldsOf& f) {
    const auto id = f.u16(0x2c);
    if (!id || *id == 0 || *id == 0xffff) return "";
    const auto code = static_cast<std::uint8_t>(*id >> 8U);
    return std::to_string((*id & 0x7fU) + 1) + ":" + to_hex(ByteView(&code, 1));
}

MemoryDevice memory_device(const FieldsOf& f) {
    return {f.text(0x10), f.text(0x11), f.text(0x17),   f.text(0x18),   f.text(0x19),
            f.text(0x1a), f.text(0x2b), memory_size(f), module_jedec(f)};
}

void interpret(const Structure& structure, Version version, Table& table) {
    const FieldsOf f(structure);
    switch (structure.type) {
        case 0: table.bios.push_back(bios(f)); break;
        case 1: table.systems.push_back(system(f, version)); break;
        case 2: table.boards.push_back(board(f)); break;
        case 3: table.chassis.push_back(chassis(f)); break;
        case 4: table.processors.push_back(processor(f)); break;
        case 17: table.memory_devices.push_back(memory_device(f)); break;
        default: break;
    }
}

}  // namespace

Result<EntryPoint> decode_entry_point(ByteView bytes) {
    const std::string_view text = as_text(bytes);
    if (text.starts_with("_SM3_")) return decode_3x(bytes);
    if (text.starts_with("_SM_")) return decode_2x(bytes);
    if (std::string_view("_SM3_").starts_with(text) || std::string_view("_SM_").starts_with(text)) {
        return fail(Errc::truncated, "smbios entry point", "ends within its anchor");
    }
    return fail(Errc::bad_magic, "smbios entry point", "has no _SM_ or _SM3_ anchor");
}

Table decode_table(ByteView bytes, Version version) {
    Table table;
    const auto broken = [&table](Errc code, std::size_t at, const char* what) {
        table.broken = Error{code, "smbios table at byte " + std::to_string(at), what};
    };
    if (bytes.size() > max_table_bytes) {
        broken(Errc::limit_exceeded, max_table_bytes, "the table is over 1 MiB");
        return table;
    }
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ByteView rest = bytes.subspan(at);
        if (table.structures.size() == max_structures)
            broken(Errc::limit_exceeded, at, "over 4096 structures");
        else if (rest.size() < header_bytes)
            broken(Errc::truncated, at, "ends within a header");
        else if (rest[1] < header_bytes)
            broken(Errc::bad_value, at, "a structure shorter than its header");
        else if (rest[1] > rest.size())
            broken(Errc::truncated, at, "ends within a structure");
        if (table.broken) return table;
        Structure structure{rest[0], le16(rest, 2), to_bytes(rest.first(rest[1])), {}};
        const auto strings = read_strings(rest.subspan(rest[1]), structure.text);
        if (!strings) {
            broken(Errc::truncated, at, "ends within the strings of a structure");
            return table;
        }
        interpret(structure, version, table);
        at += rest[1] + *strings;
        const bool last = structure.type == end_of_table;
        table.structures.push_back(std::move(structure));
        if (last) break;
    }
    return table;
}

Result<File> decode_file(ByteView bytes) {
    constexpr Version newest{3, 7};
    if (!as_text(bytes).starts_with("_SM")) return File{std::nullopt, decode_table(bytes, newest)};
    TRY(const EntryPoint entry, decode_entry_point(bytes));
    if (entry.table_address >= bytes.size()) {
        return fail(Errc::out_of_range, "smbios entry point", "the table lies outside the file");
    }
    const ByteView rest = bytes.subspan(static_cast<std::size_t>(entry.table_address));
    return File{entry, decode_table(rest.first(std::min(rest.size(), entry.table_bytes)), entry.version)};
}

}  // namespace assay::smbios
