#include "certs/ek_chain.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "certs/certificate_text.hpp"
#include "evidence/limits.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace assay {
namespace {

using StorePtr = std::unique_ptr<X509_STORE, Releaser<&X509_STORE_free>>;
using StoreCtxPtr = std::unique_ptr<X509_STORE_CTX, Releaser<&X509_STORE_CTX_free>>;

constexpr int max_depth = 8;
constexpr int security_level = 2;  // 112 bits: SHA-1 signatures and keys like RSA-1024 are weak
constexpr std::string_view swtpm_manufacturer = "00001014";  // IBM, which swtpm_localca writes unless told otherwise
constexpr std::string_view swtpm_model = "swtpm";

std::vector<X509Ptr> read_pem(ByteView text, Error& error) {
    std::vector<X509Ptr> out;
    const BioPtr in{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    if (!in) throw std::runtime_error("out of memory while reading certificates");
    while (X509* one = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) out.emplace_back(one);
    const unsigned long code = ERR_peek_last_error();
    const bool at_end = ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
    if (!at_end) error = Error{Errc::bad_encoding, "certificates", openssl_error()};
    ERR_clear_error();
    if (at_end && out.empty()) error = Error{Errc::bad_encoding, "certificates", "neither PEM nor DER certificates"};
    return out;
}

Result<std::vector<X509Ptr>> read_certificates(ByteView pem_or_der) {
    std::vector<X509Ptr> out;
    if (pem_or_der.size() > 0x7fffffff) return fail(Errc::limit_exceeded, "certificates", "too long");
    if (!pem_or_der.empty() && pem_or_der[0] == 0x30) {
        const unsigned char* at = pem_or_der.data();
        X509Ptr one{d2i_X509(nullptr, &at, static_cast<long>(pem_or_der.size()))};
        ERR_clear_error();
        if (!one) return fail(Errc::bad_encoding, "certificates", "neither PEM nor DER certificates");
        if (at != pem_or_der.data() + pem_or_der.size()) {
            return fail(Errc::trailing_bytes, "certificates", "bytes follow the DER certificate");
        }
        out.push_back(std::move(one));
        return out;
    }
    Error error;
    out = read_pem(pem_or_der, error);
    if (!error.what.empty()) return fail(std::move(error));
    return out;
}

Result<std::vector<X509Ptr>> read_cas(ByteView pem_or_der) {
    TRY(std::vector<X509Ptr> out, read_certificates(pem_or_der));
    for (const X509Ptr& one : out) {
        if (X509_check_ca(one.get()) != 1) {
            return fail(Errc::bad_value, "certificates", certificate_text(one.get()) + " is no CA (basicConstraints)");
        }
    }
    return out;
}

}  // namespace

struct TrustAnchors::Store {
    StorePtr roots;
    std::vector<X509Ptr> intermediates;
    std::set<Sha256> known_roots;
    std::set<Sha256> known_intermediates;
    std::set<Sha256> allowed;
};

TrustAnchors::TrustAnchors() : store_(std::make_unique<Store>()) {
    store_->roots.reset(X509_STORE_new());
    if (!store_->roots) throw std::runtime_error("out of memory while making a certificate store");
}
TrustAnchors::TrustAnchors(TrustAnchors&&) noexcept = default;
TrustAnchors& TrustAnchors::operator=(TrustAnchors&&) noexcept = default;
TrustAnchors::~TrustAnchors() = default;

Result<std::size_t> TrustAnchors::add_roots(ByteView pem_or_der) {
    TRY(const std::vector<X509Ptr> certificates, read_cas(pem_or_der));
    std::size_t added = 0;
    for (const X509Ptr& one : certificates) {
        if (!store_->known_roots.insert(sha256(der_of(one.get()))).second) continue;
        if (X509_STORE_add_cert(store_->roots.get(), one.get()) != 1) throw std::runtime_error(openssl_error());
        ++added;
    }
    return added;
}

Result<std::size_t> TrustAnchors::add_intermediates(ByteView pem_or_der) {
    TRY(std::vector<X509Ptr> certificates, read_cas(pem_or_der));
    std::size_t added = 0;
    for (X509Ptr& one : certificates) {
        if (!store_->known_intermediates.insert(sha256(der_of(one.get()))).second) continue;
        store_->intermediates.push_back(std::move(one));
        ++added;
    }
    return added;
}

void TrustAnchors::allow_ek(const Sha256& ek_fingerprint) {
    store_->allowed.insert(ek_fingerprint);
}

bool TrustAnchors::allows(const Sha256& ek_fingerprint) const {
    return store_->allowed.contains(ek_fingerprint);
}

std::size_t TrustAnchors::roots() const {
    return store_->known_roots.size();
}

std::size_t TrustAnchors::intermediates() const {
    return store_->intermediates.size();
}

namespace {

// What the chain's verification came upon. The first of each kind stands.
struct Findings {
    std::string missing_issuer;
    std::string out_of_date;
    std::string weak;
    std::string invalid;
};

void note(std::string& finding, std::string text) {
    if (finding.empty()) finding = std::move(text);
}

std::string missing_issuer_text(const X509* certificate) {
    std::string out =
        "the CA \"" + name_text(X509_get_issuer_name(certificate)) + "\" that issued " + certificate_text(certificate);
    out += " is not among the pinned CAs";
    if (const ASN1_OCTET_STRING* id = X509_get0_authority_key_id(const_cast<X509*>(certificate))) {
        const ByteView bytes(ASN1_STRING_get0_data(id), static_cast<std::size_t>(ASN1_STRING_length(id)));
        out += "; its key id is " + to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 64)));
    }
    return out;
}

// OpenSSL stops at critical extensions it does not know. Exactly one is known here: subjectDirectoryAttributes, which
// in an EK certificate carries the TPM's specification. The subjectAltName is OpenSSL's own.
bool only_known_critical_extensions(const X509* certificate) {
    for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
        X509_EXTENSION* extension = X509_get_ext(certificate, i);
        if (X509_EXTENSION_get_critical(extension) == 0 || X509_supported_extension(extension) != 0) continue;
        if (OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_subject_directory_attributes) return false;
    }
    return true;
}

int on_verified(int ok, X509_STORE_CTX* context) {
    if (ok == 1) return 1;
    auto* findings = static_cast<Findings*>(X509_STORE_CTX_get_app_data(context));
    const X509* certificate = X509_STORE_CTX_get_current_cert(context);
    const int error = X509_STORE_CTX_get_error(context);
    const std::string who = certificate != nullptr ? certificate_text(certificate) : std::string("the certificate");
    switch (error) {
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            if (X509_STORE_CTX_get_error_depth(context) == 0 && only_known_critical_extensions(certificate)) return 1;
            note(findings->invalid, who + " has a critical extension that is not known");
            return 0;
        case X509_V_ERR_CERT_HAS_EXPIRED:
            note(
                findings->out_of_date, who + " was valid until " + to_rfc3339(time_of(X509_get0_notAfter(certificate)))
            );
            return 1;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            note(
                findings->out_of_date,
                who + " is not valid before " + to_rfc3339(time_of(X509_get0_notBefore(certificate)))
            );
            return 1;
        case X509_V_ERR_CA_MD_TOO_WEAK: note(findings->weak, who + " is signed with a hash that is too weak"); return 1;
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_EE_KEY_TOO_SMALL: note(findings->weak, "the key of " + who + " is too short"); return 1;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            note(findings->missing_issuer, missing_issuer_text(certificate));
            return 0;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            note(findings->missing_issuer, "the root " + who + " is not among the pinned CAs");
            return 0;
        default: note(findings->invalid, who + ": " + X509_verify_cert_error_string(error)); return 0;
    }
}

struct Chain {
    bool reached = false;
    std::string anchor;
    Findings findings;
};

Chain build_chain(const TrustAnchors::Store& store, X509* leaf, std::span<const Bytes> given, UnixMillis now) {
    std::vector<X509Ptr> extra;
    for (const Bytes& der : given) {
        const auto inner = certificate_in_nv(der);
        if (!inner) continue;
        const unsigned char* at = inner->data();
        if (X509* one = d2i_X509(nullptr, &at, static_cast<long>(inner->size()))) extra.emplace_back(one);
        if (extra.size() >= limits::chain_certificates) break;
    }
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> untrusted{
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }
    };
    const StoreCtxPtr context{X509_STORE_CTX_new()};
    if (!untrusted || !context) throw std::runtime_error("out of memory while checking a chain");
    for (const X509Ptr& one : store.intermediates) sk_X509_push(untrusted.get(), one.get());
    for (const X509Ptr& one : extra) sk_X509_push(untrusted.get(), one.get());
    if (X509_STORE_CTX_init(context.get(), store.roots.get(), leaf, untrusted.get()) != 1) {
        throw std::runtime_error("a chain cannot be checked: " + openssl_error());
    }
    Chain out;
    X509_STORE_CTX_set_app_data(context.get(), &out.findings);
    X509_STORE_CTX_set_verify_cb(context.get(), &on_verified);
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, time_t{now.value / 1000});
    X509_VERIFY_PARAM_set_depth(parameters, max_depth);
    X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
    // Whatever is pinned is an anchor: vendors' published roots are not all self-signed.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    out.reached = X509_verify_cert(context.get()) == 1;
    if (out.reached) {
        const STACK_OF(X509)* built = X509_STORE_CTX_get0_chain(context.get());
        out.anchor = certificate_text(sk_X509_value(built, sk_X509_num(built) - 1));
    }
    ERR_clear_error();
    return out;
}

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
    const Chain built = build_chain(anchors.store(), leaf.get(), chain, now);
    const Findings& found = built.findings;
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
