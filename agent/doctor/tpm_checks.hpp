#pragma once
// Doctor's look at the TPM: is there one, may we use it, does it work, has it what a report needs. It changes nothing
// in the TPM; the attestation key is made and removed again.

#include "agent/config.hpp"
#include "agent/doctor/diagnosis.hpp"

namespace assay::agent {

Diagnoses check_tpm(const Config& config);

}  // namespace assay::agent
