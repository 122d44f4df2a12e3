#pragma once
// MakeCredential in software: a secret that only the TPM with this EK can open, and only for a key that it holds itself
// and whose Name is given. TPM 2.0 Library Part 1, "Credential Protection", annexes B.10.4 (RSA: OAEP, label
// "IDENTITY") and C.7.4 (ECC: one-pass ECDH and KDFe). It proves that the TPM holds both keys, not what they may do:
// that is the templates' part (evidence/tpm/templates.hpp).

#include "base/bytes.hpp"
#include "base/crypto/random_source.hpp"
#include "base/result.hpp"
#include "evidence/messages.hpp"
#include "evidence/tpm/public_area.hpp"

namespace assay {

// `secret`: 1 byte to the size of the EK's nameAlg digest. `ak_name`: the AK's Name, nameAlg included. `random` gives
// the seed, the OAEP salt and the ephemeral key: the same numbers give the same bytes.
// Answer: credential_blob = TPM2B_DIGEST integrityHMAC || encIdentity, which is a TPM2B_ID_OBJECT without its size;
// secret = the OAEP ciphertext, or TPM2B x || TPM2B y of the ephemeral point, which is a TPM2B_ENCRYPTED_SECRET
// without its size.
// bad_value for an EK whose key is invalid, that has no AES, or a secret that does not fit.
Result<CredentialChallenge> make_credential(
    const PublicArea& ek, ByteView ak_name, ByteView secret, const RandomSource& random
);

// KDFa and KDFe (Part 1, "KDFs"): `bits` a multiple of 8; `label` without its terminating zero.
Bytes kdf_a(
    HashAlg alg, ByteView key, std::string_view label, ByteView context_u, ByteView context_v, std::uint32_t bits
);
Bytes kdf_e(HashAlg alg, ByteView z, std::string_view label, ByteView party_u, ByteView party_v, std::uint32_t bits);

}  // namespace assay
