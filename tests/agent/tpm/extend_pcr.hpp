#pragma once
// Extends a PCR as a kernel does, in every bank of a test's TPM, through the connection that is there.

#include "agent/tpm/tpm.hpp"

namespace assay::test {

void extend_pcr(const agent::Tpm& tpm, unsigned pcr, ByteView data);

}  // namespace assay::test
