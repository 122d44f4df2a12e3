#pragma once
// The policy that authorises the use of an endorsement key, by its template's authPolicy: PolicySecret(endorsement)
// for L-*, that or PolicyAuthorizeNV for H-*. Pure; running it against a TPM is agent/tpm/attestation_key.cpp's.
// TCG EK Credential Profile for TPM Family 2.0, "EK Policies".

#include "base/crypto/hash.hpp"
#include "evidence/tpm/public_area.hpp"

#include <optional>
#include <vector>

namespace assay::agent {

// PolicyA: the policy digest after TPM2_PolicySecret(TPM_RH_ENDORSEMENT) in a fresh session.
Digest ek_policy_a(HashAlg alg);
// PolicyC: after TPM2_PolicyAuthorizeNV with the profile's index for that hash. nullopt: the profile has none.
std::optional<Digest> ek_policy_c(HashAlg alg);
// PolicyB: the policy digest after TPM2_PolicyOR over {PolicyA, PolicyC}.
std::optional<Digest> ek_policy_b(HashAlg alg);

// What must follow PolicySecret: nothing (PolicyA is the key's policy), or PolicyOR over these branches.
// unsupported: the key has another policy.
Result<std::vector<Digest>> ek_policy_branches(const PublicArea& ek);

}  // namespace assay::agent
