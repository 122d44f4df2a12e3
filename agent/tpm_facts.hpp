#pragma once
// What a TPM says of itself, for the scan. Capability answers are not signed: whoever sits between agent and TPM can
// change them, and what proves the TPM is its EK certificate.

#include "agent/scan.hpp"
#include "agent/tpm/tpm.hpp"

namespace assay::agent {

// `properties` are those that were read already. What else the TPM does not tell stays empty.
TpmFacts tpm_facts(const Tpm& tpm, const TpmProperties& properties);

}  // namespace assay::agent
