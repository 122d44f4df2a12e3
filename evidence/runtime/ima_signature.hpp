#pragma once
// A signature as IMA keeps it in security.ima (or EVM in security.evm): type, version, hash, key id, size, signature.
// Linux, struct signature_v2_hdr and struct ima_file_id of security/integrity/integrity.h.
//
// The key id is a claim of four bytes that anybody can write: only a signature that a known key verifies says anything.

#include "base/result.hpp"
#include "evidence/runtime/ima_entry.hpp"

namespace assay {

enum class ImaSignatureKind : std::uint8_t {
    ima = 3,           // over the file's digest
    evm_portable = 5,  // over metadata that a measurement list does not hold: cannot be verified from one
    verity = 6,        // over fs-verity's digest
};
std::string_view name(ImaSignatureKind kind);

struct ImaSignature {
    ImaSignatureKind kind = ImaSignatureKind::ima;
    std::uint8_t version = 2;  // 2, or 3: over a hash of kind, algorithm and digest. Of verity always 3
    HashAlg hash = HashAlg::sha256;
    std::uint32_t key_id = 0;  // the last four bytes of the key's subject key identifier
    ByteView value;            // into the attribute: RSASSA-PKCS1-v1_5 or a DER ECDSA-Sig-Value
};

// Errors: truncated, trailing_bytes, unsupported (another type or version), unknown_algorithm.
Result<ImaSignature> decode_ima_signature(ByteView attribute);

// What was signed if the signature is of a file with this digest; nullopt where it cannot be: another algorithm or type
// of digest, or a kind that signs something else.
std::optional<Digest> signed_digest(const ImaSignature& signature, const ImaDigest& of_file);

}  // namespace assay
