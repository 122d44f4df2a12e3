#pragma once
// GUIDs as UEFI and SMBIOS store them: the first three fields little-endian, the rest as it stands (UEFI 2.10 appendix
// A; DSP0134 7.2.1).

#include "base/bytes.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace assay {

// "8be4df61-93ca-11d2-aa0d-00e098032b8c"
std::string guid_text(std::span<const std::uint8_t, 16> raw);

}  // namespace assay
