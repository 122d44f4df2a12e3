#include "evidence/tpm/templates.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace assay {
namespace {

// TPM2_PolicySecret(TPM_RH_ENDORSEMENT); EK Credential Profile, "PolicyA".
constexpr std::string_view policy_a_sha256 = "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";
// PolicyOR of PolicyA and PolicyC (TPM2_PolicyAuthorizeNV); "PolicyB" for each nameAlg.
constexpr std::string_view policy_b_sha256 = "ca3d0a99a2b93906f7a3342414efcfb3a385d44cd1fd459089d19b5071c0b7a0";
constexpr std::string_view policy_b_sha384 =
    "b26e7d28d11a50bc53d882bcf5fd3a1a074148bb35d3b4e4cb1c0ad9bde419cacb47ba09699646150f9fc000f3f80e12";
constexpr std::string_view policy_b_sha512 =
    "b8221ca69e8550a4914de3faa6a18c072cc01208073a928d5d66d59ef79e49a4"
    "29c41a6b269571d57edb25fbdb1838425608b413cd616a5f6db5b6071af99bea";

using namespace object_attribute;
constexpr std::uint32_t low_attributes =
    fixed_tpm | fixed_parent | sensitive_data_origin | admin_with_policy | restricted | decrypt;
constexpr std::uint32_t high_attributes = low_attributes | user_with_auth;
constexpr std::uint32_t ak_attributes =
    fixed_tpm | fixed_parent | sensitive_data_origin | user_with_auth | no_da | restricted | sign;

PublicArea ek_common(HashAlg name_alg, std::uint32_t attributes, std::string_view policy, std::uint16_t aes_key_bits) {
    PublicArea out;
    out.name_alg = name_alg;
    out.attributes = attributes;
    out.auth_policy = from_hex(policy).value();
    out.aes_key_bits = aes_key_bits;
    return out;
}

PublicArea rsa_ek(PublicArea out, std::uint16_t bits, std::size_t unique_bytes) {
    out.type = KeyType::rsa;
    out.rsa_bits = bits;
    out.unique_x = Bytes(unique_bytes, 0);
    return out;
}

PublicArea ecc_ek(PublicArea out, Curve curve, std::size_t unique_bytes) {
    out.type = KeyType::ecc;
    out.curve = curve;
    out.unique_x = Bytes(unique_bytes, 0);
    out.unique_y = Bytes(unique_bytes, 0);
    return out;
}

std::size_t key_bytes(const PublicArea& area) {
    return area.type == KeyType::rsa ? area.rsa_bits / 8U : coordinate_size(area.curve);
}

}  // namespace

std::span<const EkTemplate> ek_templates() {
    static const std::vector<EkTemplate> templates = [] {
        const PublicArea low = ek_common(HashAlg::sha256, low_attributes, policy_a_sha256, 128);
        const PublicArea high256 = ek_common(HashAlg::sha256, high_attributes, policy_b_sha256, 128);
        const PublicArea high384 = ek_common(HashAlg::sha384, high_attributes, policy_b_sha384, 256);
        const PublicArea high512 = ek_common(HashAlg::sha512, high_attributes, policy_b_sha512, 256);
        return std::vector<EkTemplate>{
            {"L-1", 0x01c00002, rsa_ek(low, 2048, 256)},          {"L-2", 0x01c0000a, ecc_ek(low, Curve::p256, 32)},
            {"H-1", 0x01c00012, rsa_ek(high256, 2048, 0)},        {"H-2", 0x01c00014, ecc_ek(high256, Curve::p256, 0)},
            {"H-3", 0x01c00016, ecc_ek(high384, Curve::p384, 0)}, {"H-4", 0x01c00018, ecc_ek(high512, Curve::p521, 0)},
            {"H-6", 0x01c0001c, rsa_ek(high384, 3072, 0)},        {"H-7", 0x01c0001e, rsa_ek(high384, 4096, 0)},
        };
    }();
    return templates;
}

const EkTemplate* matching_ek_template(const PublicArea& area) {
    for (const EkTemplate& candidate : ek_templates()) {
        if (!same_but_unique(area, candidate.area)) continue;
        const std::size_t size = key_bytes(area);
        const bool fits = area.unique_x.size() == size && (area.type == KeyType::rsa || area.unique_y.size() == size);
        return fits ? &candidate : nullptr;
    }
    return nullptr;
}

std::string_view name(AkKind kind) {
    switch (kind) {
        case AkKind::ecc_p256_sha256: return "ecc_p256_sha256";
        case AkKind::ecc_p384_sha384: return "ecc_p384_sha384";
        case AkKind::rsa2048_sha256: return "rsa2048_sha256";
    }
    return "";
}

std::optional<AkKind> ak_kind_named(std::string_view wanted) {
    for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
        if (name(kind) == wanted) return kind;
    }
    return std::nullopt;
}

PublicArea ak_template(AkKind kind) {
    const Sha256 seed = sha256("assay/ak/1");
    PublicArea out;
    out.attributes = ak_attributes;
    out.unique_x = to_bytes(seed);
    switch (kind) {
        case AkKind::ecc_p256_sha256: out.scheme = SignatureScheme::ecdsa; break;
        case AkKind::ecc_p384_sha384:
            out.name_alg = HashAlg::sha384;
            out.scheme = SignatureScheme::ecdsa;
            out.scheme_hash = HashAlg::sha384;
            out.curve = Curve::p384;
            break;
        case AkKind::rsa2048_sha256:
            out.type = KeyType::rsa;
            out.scheme = SignatureScheme::rsassa;
            out.rsa_bits = 2048;
            break;
    }
    return out;
}

std::optional<AkKind> matching_ak_kind(const PublicArea& area) {
    for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
        if (same_but_unique(area, ak_template(kind))) return kind;
    }
    return std::nullopt;
}

}  // namespace assay
