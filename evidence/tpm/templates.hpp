#pragma once
// The only public areas that an endorsement key and an attestation key may have, but for `unique`. MakeCredential
// proves that a TPM holds a key, not what the key may do; so anything that departs from a template by one bit is
// refused, or one TPM could pose as many devices. EK: TCG EK Credential Profile for TPM Family 2.0, templates L-1, L-2,
// H-1 to H-4, H-6, H-7.

#include "evidence/tpm/public_area.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace assay {

struct EkTemplate {
    std::string_view name;         // "L-1"
    std::uint32_t certificate_nv;  // NV index of the certificate
    PublicArea area;               // `unique` as the profile has it in the template
};

std::span<const EkTemplate> ek_templates();
// The template that `area` equals but for `unique`; its unique must have the size of a key of that kind.
const EkTemplate* matching_ek_template(const PublicArea& area);

// Attestation keys: primary keys of the endorsement hierarchy, so the same TPM gives the same key again.
enum class AkKind { ecc_p256_sha256, ecc_p384_sha384, rsa2048_sha256 };
std::string_view name(AkKind kind);
std::optional<AkKind> ak_kind_named(std::string_view name);
// `unique` seeds the key with SHA-256("assay/ak/1"), so that it is no other program's primary key.
PublicArea ak_template(AkKind kind);
std::optional<AkKind> matching_ak_kind(const PublicArea& area);

}  // namespace assay
