#pragma once
// TPMT_PUBLIC of RSA and ECC keys, their Names, and the public key inside. TPM 2.0 Library Part 2, "Public Area
// Structures"; Names: Part 1, "Names".

#include "base/crypto/hash.hpp"
#include "base/crypto/public_key.hpp"
#include "base/result.hpp"
#include "evidence/tpm/signature.hpp"

#include <cstdint>
#include <optional>

namespace assay {

// TPMA_OBJECT
namespace object_attribute {
inline constexpr std::uint32_t fixed_tpm = 1U << 1U;
inline constexpr std::uint32_t fixed_parent = 1U << 4U;
inline constexpr std::uint32_t sensitive_data_origin = 1U << 5U;
inline constexpr std::uint32_t user_with_auth = 1U << 6U;
inline constexpr std::uint32_t admin_with_policy = 1U << 7U;
inline constexpr std::uint32_t no_da = 1U << 10U;
inline constexpr std::uint32_t restricted = 1U << 16U;
inline constexpr std::uint32_t decrypt = 1U << 17U;
inline constexpr std::uint32_t sign = 1U << 18U;
}  // namespace object_attribute

enum class KeyType : std::uint16_t { rsa = 0x0001, ecc = 0x0023 };  // TPM_ALG_ID

struct PublicArea {
    KeyType type = KeyType::ecc;
    HashAlg name_alg = HashAlg::sha256;
    std::uint32_t attributes = 0;
    Bytes auth_policy;
    std::uint16_t aes_key_bits = 0;         // TPMT_SYM_DEF_OBJECT: AES-CFB of that size, or 0 = TPM_ALG_NULL
    std::optional<SignatureScheme> scheme;  // nullopt = TPM_ALG_NULL
    HashAlg scheme_hash = HashAlg::sha256;  // meaningful with a scheme
    std::uint16_t rsa_bits = 0;             // rsa
    std::uint32_t rsa_exponent = 0;         // rsa; 0 means 65537
    Curve curve = Curve::p256;              // ecc
    Bytes unique_x;                         // ecc: x; rsa: the modulus
    Bytes unique_y;                         // ecc
    friend bool operator==(const PublicArea&, const PublicArea&) = default;
};

// Refuses other key types, symmetric algorithms but AES-CFB and NULL, schemes but ECDSA, RSASSA and NULL, a KDF, and
// curves outside P-256, P-384, P-521 (unknown_algorithm).
Result<PublicArea> decode_public_area(ByteView bytes);
Bytes encode_public_area(const PublicArea& area);

// nameAlg || H(TPMT_PUBLIC)
Bytes tpm_name(const PublicArea& area);
// The qualified Name of a primary key of the endorsement hierarchy: nameAlg || H(TPM_RH_ENDORSEMENT || Name).
Bytes endorsement_qualified_name(const PublicArea& area);

// Equal in every field but `unique`.
bool same_but_unique(const PublicArea& a, const PublicArea& b);

// The key itself; its sizes must fit the area's (bad_value).
Result<PublicKey> public_key_of(const PublicArea& area);

}  // namespace assay
