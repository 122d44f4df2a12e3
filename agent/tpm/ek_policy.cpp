#include "agent/tpm/ek_policy.hpp"

#include "base/encoding.hpp"
#include "base/writer.hpp"

namespace assay::agent {
namespace {

constexpr std::uint32_t cc_policy_secret = 0x00000151;  // TPM_CC_PolicySecret
constexpr std::uint32_t cc_policy_or = 0x00000171;      // TPM_CC_PolicyOR
constexpr std::uint32_t rh_endorsement = 0x4000000b;    // TPM_RH_ENDORSEMENT; its Name is its handle

std::string_view policy_c_hex(HashAlg alg) {
    switch (alg) {
        case HashAlg::sha256: return "3767e2edd43ff45a3a7e1eaefcef78643dca964632e7aad82c673a30d8633fde";
        case HashAlg::sha384:
            return "d6032ce61f2fb3c240eb3cf6a33237ef2b6a16f4293c22b455e261cffd217ad5b4947c2d73e63005eed2dc2b3593d165";
        case HashAlg::sha512:
            return "589ee1e146544716e8deafe6db247b01b81e9f9c7dd16b814aa159138749105f"
                   "ba5388dd1dea702f35240c184933121e2c61b8f50d3ef91393a49a38c3f73fc8";
        case HashAlg::sha1: break;
    }
    return {};
}

}  // namespace

// Part 3, TPM2_PolicySecret: H(H(policyDigest || TPM_CC_PolicySecret || Name) || policyRef), policyRef empty.
Digest ek_policy_a(HashAlg alg) {
    const Digest start = Digest::zero(alg);
    const Bytes update = Writer().raw(start.bytes()).u32be(cc_policy_secret).u32be(rh_endorsement).take();
    return hash(alg, hash(alg, update).bytes());
}

std::optional<Digest> ek_policy_c(HashAlg alg) {
    const auto bytes = from_hex(policy_c_hex(alg));
    return bytes && !bytes->empty() ? Digest::of(alg, *bytes) : std::nullopt;
}

// Part 3, TPM2_PolicyOR: H(zeros || TPM_CC_PolicyOR || digests).
std::optional<Digest> ek_policy_b(HashAlg alg) {
    const std::optional<Digest> c = ek_policy_c(alg);
    if (!c) return std::nullopt;
    const Digest zeros = Digest::zero(alg);
    const Digest a = ek_policy_a(alg);
    return hash(alg, Writer().raw(zeros.bytes()).u32be(cc_policy_or).raw(a.bytes()).raw(c->bytes()).take());
}

Result<std::vector<Digest>> ek_policy_branches(const PublicArea& ek) {
    const Digest a = ek_policy_a(ek.name_alg);
    if (same_bytes(ek.auth_policy, a.bytes())) return std::vector<Digest>{};
    const std::optional<Digest> b = ek_policy_b(ek.name_alg);
    if (b && same_bytes(ek.auth_policy, b->bytes())) return std::vector<Digest>{a, ek_policy_c(ek.name_alg).value()};
    return fail(Errc::unsupported, "authPolicy", "is neither PolicyA nor PolicyB of the EK Credential Profile");
}

}  // namespace assay::agent
