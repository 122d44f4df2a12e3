#pragma once
// SMBIOS as bytes (DMTF DSP0134 3.7.0, chapters 5 and 6): the entry points 2.x (32-bit) and 3.x (64-bit), and the walk
// over the structures of a table. What a structure says is for smbios.hpp and smbios_layout.hpp. Pure; values own
// their text.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::smbios {

inline constexpr std::size_t max_table_bytes = 1U << 20U;
inline constexpr std::size_t max_structures = 4096;

struct Version {
    unsigned major = 0;
    unsigned minor = 0;
    friend auto operator<=>(const Version&, const Version&) = default;
};

struct EntryPoint {
    Version version;
    unsigned revision = 0;            // of the specification's document; 0 of 2.x
    std::size_t table_bytes = 0;      // of 2.x exactly, of 3.x at most
    std::uint64_t table_address = 0;  // physical, or in a dump the offset in the file
};

// 31 bytes from "_SM_" or 24 from "_SM3_", longer where the structure says so. Errors: bad_magic, truncated,
// bad_value (a length or a checksum that does not fit).
Result<EntryPoint> decode_entry_point(ByteView bytes);

// One structure as it lies in the table.
struct Structure {
    std::uint8_t type = 0;
    std::uint16_t handle = 0;
    Bytes formatted;                // with its 4 bytes of header
    std::vector<std::string> text;  // cleaned, in order; string number 1 is text[0]
};

struct Walk {
    std::vector<Structure> structures;  // all, in order, up to and with the end-of-table
    // Why the walk ended before an end-of-table structure (type 127); what is above was read before that point. A
    // table that just ends after a whole structure, or in zeros, is not broken: 2.x tables often have no type 127.
    std::optional<Error> broken;
};

// At most max_table_bytes and max_structures. Never fails as a whole: see `broken`. Two zero bytes more than the two
// that end a structure without strings, as some firmware writes them, are passed over.
Walk walk_structures(ByteView table);

}  // namespace assay::smbios
