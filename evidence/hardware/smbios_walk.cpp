#include "evidence/hardware/smbios_walk.hpp"

#include "base/text.hpp"
#include "evidence/hardware/little_endian.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace assay::smbios {
namespace {

constexpr std::size_t header_bytes = 4;
constexpr std::uint8_t end_of_table = 127;

bool sums_to_zero(ByteView bytes) {
    return (std::accumulate(bytes.begin(), bytes.end(), 0U) & 0xffU) == 0;
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
    return EntryPoint{{bytes[6], bytes[7]}, 0, le16(bytes, 0x16), le32(bytes, 0x18)};
}

// DSP0134 5.2.2: "_SM3_", checksum, length, version, docrev, revision, reserved, maximum size, address.
Result<EntryPoint> decode_3x(ByteView bytes) {
    constexpr std::size_t whole = 0x18;
    if (bytes.size() < whole) return fail(Errc::truncated, "smbios entry point", "is shorter than 24 bytes");
    const std::size_t length = bytes[6];
    if (length < whole || length > bytes.size()) return fail(Errc::bad_value, "smbios entry point", "length");
    if (!sums_to_zero(bytes.first(length))) return fail(Errc::bad_value, "smbios entry point", "checksum");
    const std::uint64_t address = le32(bytes, 0x10) | (std::uint64_t{le32(bytes, 0x14)} << 32U);
    return EntryPoint{{bytes[7], bytes[8]}, bytes[9], le32(bytes, 0x0c), address};
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

bool begins_with_zeros(ByteView rest) {
    return rest[0] == 0 && (rest.size() == 1 || rest[1] == 0);
}

bool all_zero(ByteView rest) {
    return std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; });
}

// Why no structure can begin here.
std::optional<Error> no_structure(ByteView rest, std::size_t at, std::size_t so_far) {
    const auto because = [at](Errc code, const char* what) {
        return Error{code, "smbios table at byte " + std::to_string(at), what};
    };
    if (so_far == max_structures) return because(Errc::limit_exceeded, "over 4096 structures");
    if (rest.size() < header_bytes) return because(Errc::truncated, "ends within a header");
    if (rest[1] < header_bytes) return because(Errc::bad_value, "a structure shorter than its header");
    if (rest[1] > rest.size()) return because(Errc::truncated, "ends within a structure");
    return std::nullopt;
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

Walk walk_structures(ByteView table) {
    Walk walk;
    if (table.size() > max_table_bytes) {
        walk.broken = Error{Errc::limit_exceeded, "smbios table", "is over 1 MiB"};
        return walk;
    }
    std::size_t at = 0;
    bool may_end_twice = false;
    while (at < table.size()) {
        const ByteView rest = table.subspan(at);
        if (begins_with_zeros(rest)) {
            if (all_zero(rest)) break;  // padding up to the length that the entry point allows
            if (std::exchange(may_end_twice, false)) {
                at += 2;
                continue;
            }
        }
        walk.broken = no_structure(rest, at, walk.structures.size());
        if (walk.broken) break;
        Structure structure{rest[0], le16(rest, 2), to_bytes(rest.first(rest[1])), {}};
        const auto strings = read_strings(rest.subspan(rest[1]), structure.text);
        if (!strings) {
            walk.broken = Error{
                Errc::truncated, "smbios table at byte " + std::to_string(at), "ends within the strings of a structure"
            };
            break;
        }
        at += rest[1] + *strings;
        may_end_twice = structure.text.empty();
        const bool last = structure.type == end_of_table;
        walk.structures.push_back(std::move(structure));
        if (last) break;
    }
    return walk;
}

}  // namespace assay::smbios
