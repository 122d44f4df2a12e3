#pragma once
// The TPM as /sys/class/tpm shows it, and what its capabilities say when the caller asked it (TpmFacts,
// agent/scan.hpp). Capability answers are not signed: what proves the TPM is its EK certificate, elsewhere.

#include "agent/scan.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_tpm(const View& view, const std::optional<TpmFacts>& facts);

}  // namespace assay::agent
