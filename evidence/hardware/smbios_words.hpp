#pragma once
// Words for the numbers of SMBIOS enumerations that are shown to people (DSP0134 3.7.0). Numbers that the specification
// does not name are "0x" and two hex digits; "" for 0, which no firmware should write.

#include <cstdint>
#include <string>

namespace assay::smbios {

std::string memory_type(std::uint8_t type);  // 7.18.2: "ddr4"
std::string slot_type(std::uint8_t type);    // 7.10.1: "pcie_3_x16"
std::string slot_usage(std::uint8_t usage);  // 7.10.3: "in_use"

}  // namespace assay::smbios
