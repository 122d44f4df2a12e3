#pragma once
// The names of TPM_ALG_ID and TPM_ECC_CURVE (TCG Algorithm Registry 1.34, tables 3 and 4) in lower case, as tools print
// them.

#include <cstdint>
#include <string>

namespace assay::agent {

std::string algorithm_name(std::uint16_t id);  // "sha256"; "0x0012" for one that has no name here
std::string curve_name(std::uint16_t id);      // "nist_p256"

}  // namespace assay::agent
