#pragma once
// What stands where in the structures of DSP0134 3.7.0, chapter 7, as tables: for showing a structure field by field
// under the specification's names. What the agent needs of a structure has a type of its own (smbios.hpp). Values are
// as coded: an enumeration is its number, a size is in the field's own unit.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace assay::smbios {

enum class FieldType {
    text,  // the number of a string
    u8,
    u16,
    u32,
    u64,
    uuid,
    set,    // of memory modules: decimal text; 0 (none) and 0xff (unknown) are empty text
    raw4,   // four bytes
    raw8,   // eight bytes
    rest8,  // bytes to the end of the structure
};

struct FieldLayout {
    std::string_view name;
    std::size_t offset;  // from the start of the header
    FieldType type;
};

// "BIOS Information", or "" for a type that the specification does not name. 128 to 255 are OEM's.
std::string_view structure_name(std::uint8_t type);
// In the order of the specification; empty for a type that it does not lay out.
std::span<const FieldLayout> layout_of(std::uint8_t type);

}  // namespace assay::smbios
