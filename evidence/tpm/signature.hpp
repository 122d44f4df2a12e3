#pragma once
// TPMT_SIGNATURE of the two schemes Assay uses: ECDSA and RSASSA. ECDSA signatures are malleable: their bytes enter no
// id, chain or comparison. TPM 2.0 Library Part 2, "TPMT_SIGNATURE".

#include "base/crypto/hash.hpp"
#include "base/result.hpp"

namespace assay {

enum class SignatureScheme : std::uint16_t { rsassa = 0x0014, ecdsa = 0x0018 };  // TPM_ALG_ID

struct TpmSignature {
    SignatureScheme scheme = SignatureScheme::ecdsa;
    HashAlg hash = HashAlg::sha256;
    Bytes r;    // ecdsa
    Bytes s;    // ecdsa
    Bytes rsa;  // rsassa
    friend bool operator==(const TpmSignature&, const TpmSignature&) = default;
};

// unknown_algorithm for any other scheme or hash.
Result<TpmSignature> decode_tpm_signature(ByteView bytes);
Bytes encode_tpm_signature(const TpmSignature& signature);

}  // namespace assay
