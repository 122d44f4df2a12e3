#pragma once
// What the TPM's maker left in it: endorsement keys and their certificates. A key is offered where NV holds its
// certificate; where no certificate is readable at all, the RSA-2048 or else the P-256 key without one, so that a TPM
// without certificates can still enrol (and wait for review). Certificates are bytes here; the collector judges them.

#include "agent/tpm/attestation_key.hpp"
#include "agent/tpm/tpm.hpp"
#include "evidence/messages.hpp"
#include "evidence/tpm/templates.hpp"

#include <functional>
#include <string>
#include <vector>

namespace assay::agent {

struct OfferedKey {
    MadeEndorsementKey ek;  // from the template, with the nonce of NV in `unique` where the TPM has one
    EndorsementKey key;     // for the enrolment request
};

struct Endorsement {
    std::vector<OfferedKey> keys;    // 1 to limits::endorsement_keys
    std::vector<Bytes> chain;        // DER, of NV 0x01c00100-0x01c001ff
    std::vector<std::string> notes;  // what is there and could not be used, one sentence each
};

// `alive` is called before each key is made.
Result<Endorsement> read_endorsement(const Tpm& tpm, const std::function<void()>& alive);

}  // namespace assay::agent
