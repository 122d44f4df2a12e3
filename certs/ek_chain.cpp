#include "certs/ek_chain.hpp"

#include "base/encoding.hpp"
#include "certs/certificate_text.hpp"
#include "certs/ek_certificate.hpp"
#include "certs/vendor_chain.hpp"

#include <openssl/x509v3.h>

namespace assay {
namespace {

constexpr std::string_view swtpm_manufacturer = "00001014";  // IBM, which swtpm_localca writes unless told otherwise
constexpr std::string_view swtpm_model = "swtpm";

// An EK decrypts: its certificate is for encipherment or agreement of keys, and says that it is an EK's.
bool fit_for_ek(const EkCertificate& certificate, X509* parsed) {
    const std::uint32_t usage = X509_get_key_usage(parsed);  // all bits when there is no keyUsage
    return !certificate.is_ca && certificate.names_ek_usage && (usage & (KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT)) != 0;
}

EkTier tier_of_certificate(const TrustAnchors& anchors, ByteView nv, std::span<const Bytes> chain, UnixMillis now) {
    if (nv.empty()) return {Reason::ek_no_certificate, "the TPM holds no certificate for this key"};
    const auto certificate = read_ek_certificate(nv);
    if (!certificate) return {Reason::ek_certificate_malformed, certificate.error().message()};
    const unsigned char* at = certificate->der.data();
    const X509Ptr leaf{d2i_X509(nullptr, &at, static_cast<long>(certificate->der.size()))};
    if (!leaf) return {Reason::ek_certificate_malformed, openssl_error()};
    if (!fit_for_ek(*certificate, leaf.get())) {
        return {Reason::ek_certificate_unsuitable, certificate_text(leaf.get()) + " is not for an endorsement key"};
    }
    const VendorChain built = build_vendor_chain(anchors.store(), leaf.get(), chain, now);
    const ChainFindings& found = built.findings;
    if (!found.invalid.empty()) return {Reason::ek_chain_invalid, found.invalid};
    if (!built.reached) {
        const bool virtual_tpm = certificate->model == swtpm_model || certificate->manufacturer == swtpm_manufacturer;
        std::string detail = found.missing_issuer.empty() ? "no chain to a pinned CA" : found.missing_issuer;
        if (!certificate->ca_issuers.empty()) detail += "; it may be had from " + certificate->ca_issuers.front();
        return {virtual_tpm ? Reason::ek_virtual_tpm : Reason::ek_chain_unknown_issuer, std::move(detail)};
    }
    if (!found.weak.empty()) return {Reason::ek_chain_weak_signature, found.weak};
    if (!found.out_of_date.empty()) return {Reason::ek_chain_expired, found.out_of_date};
    return {Reason::ek_chain_trusted, "chain to " + built.anchor};
}

}  // namespace

bool admits(const EkTier& tier) {
    return tier.reason == Reason::ek_chain_trusted || tier.reason == Reason::ek_allow_listed;
}

unsigned rank(const EkTier& tier) {
    switch (tier.reason) {
        case Reason::ek_chain_trusted: return 0;
        case Reason::ek_allow_listed: return 1;
        case Reason::ek_chain_expired: return 2;
        case Reason::ek_chain_weak_signature: return 3;
        case Reason::ek_chain_unknown_issuer: return 4;
        case Reason::ek_virtual_tpm: return 5;
        case Reason::ek_no_certificate: return 6;
        default: return 7;
    }
}

EkTier ek_tier(
    const TrustAnchors& anchors, const Sha256& ek_fingerprint, ByteView nv, std::span<const Bytes> chain, UnixMillis now
) {
    EkTier tier = tier_of_certificate(anchors, nv, chain, now);
    if (tier.reason == Reason::ek_chain_trusted || !anchors.allows(ek_fingerprint)) return tier;
    return {Reason::ek_allow_listed, "key " + to_hex(ek_fingerprint) + " is on the operator's list"};
}

}  // namespace assay
