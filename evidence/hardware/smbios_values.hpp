#pragma once
// A structure of an SMBIOS table field by field, by the layouts of smbios_layout.hpp. Pure.

#include "evidence/component.hpp"
#include "evidence/hardware/smbios_walk.hpp"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::smbios {

// Text is what was read, absent (string number 0) or unreadable; bytes are hex.
struct NamedValue {
    std::string_view name;
    std::variant<Reading, std::uint64_t> value;
};
// The fields that the structure is long enough for, in order; those behind a list of variable length too.
std::vector<NamedValue> named_values(const Structure& structure, Version version);

}  // namespace assay::smbios
