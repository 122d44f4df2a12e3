#pragma once
// Management controllers (BMCs) that the kernel's IPMI driver talks to: what they answered to "Get Device ID"
// (IPMI 2.0, 20.1) and "Get Device GUID" (20.8), as the driver shows it below sys/devices/platform/ipmi_bmc.*. Their
// maker is an IANA private enterprise number. Nothing is sent to them here.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_bmc(const View& view);

// "0x0007db" -> "2011"; "" for what is no such number, and for 0 and 0xfffff, which name nobody.
std::string enterprise_number(std::string_view manufacturer_id);

}  // namespace assay::agent
