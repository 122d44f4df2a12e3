#pragma once
// SMBIOS tables as a machine's firmware made them (DMTF DSP0134 3.7.0): the entry points 2.x (32-bit) and 3.x (64-bit),
// the walk over structures, and the structures that name parts. Everything is a claim of the firmware: nothing here is
// measured or signed, and placeholders ("Default string") are given as they stand. Pure; values own their text.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/component.hpp"

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

// Text fields below: absent when the structure is too short for the field or the firmware gave none (string 0),
// unreadable when it names a string that is not there.
struct Bios {  // type 0
    Reading vendor, version, release_date;
};
struct System {  // type 1
    Reading manufacturer, product, version, serial, sku, family;
    std::string uuid;  // lower case, or "" when absent or not set (all 00 or all ff)
};
struct Board {  // type 2
    Reading manufacturer, product, version, serial, asset_tag, location;
};
struct Chassis {  // type 3
    Reading manufacturer, version, serial, asset_tag, sku;
    std::uint8_t type = 0;  // without the lock bit
};
struct Processor {  // type 4
    Reading socket, manufacturer, version, serial, asset_tag, part_number;
    bool populated = false;
};
struct MemoryDevice {  // type 17
    Reading locator, bank, manufacturer, serial, asset_tag, part_number, firmware_version;
    std::optional<std::uint64_t> size_kib;  // 0: an empty socket; absent: the firmware does not know
    std::string module_jedec;               // identifier of Registry::jedec, or ""
};

struct Table {
    std::vector<Structure> structures;  // all, in order, up to and with the end-of-table
    std::vector<Bios> bios;
    std::vector<System> systems;
    std::vector<Board> boards;
    std::vector<Chassis> chassis;
    std::vector<Processor> processors;
    std::vector<MemoryDevice> memory_devices;
    // Why the walk ended before an end-of-table structure (type 127); what is above was read before that point. A
    // table that just ends after a whole structure is not broken: 2.x tables often have no type 127.
    std::optional<Error> broken;
};

// At most max_table_bytes and max_structures. Never fails as a whole: see `broken`.
Table decode_table(ByteView bytes, Version version);

// A file as people have it: a bare table (/sys/firmware/dmi/tables/DMI), read as version 3.7, or a dump of dmidecode,
// which is an entry point and then the table where the entry point says. Errors: those of decode_entry_point, and
// out_of_range when the table would lie outside the file.
struct File {
    std::optional<EntryPoint> entry_point;
    Table table;
};
Result<File> decode_file(ByteView bytes);

}  // namespace assay::smbios
