#include "certs/vendor_chain.hpp"

#include "base/encoding.hpp"
#include "certs/certificate_text.hpp"
#include "certs/ek_certificate.hpp"
#include "evidence/limits.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace assay {
namespace {

using StoreCtxPtr = std::unique_ptr<X509_STORE_CTX, Releaser<&X509_STORE_CTX_free>>;

constexpr int max_depth = 8;
constexpr int security_level = 2;  // OpenSSL's: 112 bits; SHA-1 signatures and keys like RSA-1024 are weak
constexpr int weak_below_bits = 112;

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

// What on_verified knows of the verification that it is called from.
struct Verification {
    ChainFindings* findings;
    bool of_ek;  // its first certificate is the EK's, else the CA's that issued it
};

int on_verified(int ok, X509_STORE_CTX* context) {
    if (ok == 1) return 1;
    const auto* verification = static_cast<const Verification*>(X509_STORE_CTX_get_app_data(context));
    ChainFindings* findings = verification->findings;
    const X509* certificate = X509_STORE_CTX_get_current_cert(context);
    const int error = X509_STORE_CTX_get_error(context);
    const std::string who = certificate != nullptr ? certificate_text(certificate) : std::string("the certificate");
    switch (error) {
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            if (verification->of_ek && X509_STORE_CTX_get_error_depth(context) == 0 &&
                only_known_critical_extensions(certificate)) {
                return 1;
            }
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

using StackPtr = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

// pathLenConstraint of every CA above the first of `built`, which is a CA too and not the chain's end, as OpenSSL took
// it to be.
bool paths_are_short_enough(const STACK_OF(X509) * built) {
    long below = 0;
    for (int i = 0; i < sk_X509_num(built); ++i) {
        X509* one = sk_X509_value(built, i);
        const long limit = X509_get_pathlen(one);  // -1: none
        if (limit >= 0 && limit < below) return false;
        if ((X509_get_extension_flags(one) & EXFLAG_SI) == 0) ++below;
    }
    return true;
}

// Verifies `certificate` by OpenSSL, which is the EK's or the CA that issued it.
void verify_to_anchor(
    const TrustAnchors::Store& store, X509* certificate, bool of_ek, STACK_OF(X509) * untrusted, UnixMillis now,
    VendorChain& out
) {
    Verification verification{&out.findings, of_ek};
    const StoreCtxPtr context{X509_STORE_CTX_new()};
    if (!context || X509_STORE_CTX_init(context.get(), store.lookup.get(), certificate, untrusted) != 1) {
        throw std::runtime_error("a chain cannot be checked: " + openssl_error());
    }
    X509_STORE_CTX_set_app_data(context.get(), &verification);
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
        if (!of_ek && !paths_are_short_enough(built)) note(out.findings.invalid, "path length constraint exceeded");
    }
    ERR_clear_error();
}

// The first candidate whose name and key fit what `leaf` says of its issuer, and whose key signed it.
struct IssuerSearch {
    X509* issuer = nullptr;
    bool named = false;

    void consider(X509* candidate, X509* leaf) {
        if (issuer != nullptr || X509_check_issued(candidate, leaf) != X509_V_OK) return;
        if (X509_check_ca(candidate) != 1) return;
        named = true;
        if (X509_verify(leaf, X509_get0_pubkey(candidate)) == 1) issuer = candidate;
    }
};

// OpenSSL 3.0 builds no chain for a certificate whose own key it cannot decode, as id-RSAES-OAEP ones of older TPMs. Of
// these the certificate itself is checked here, and its issuer's chain by OpenSSL.
void verify_by_issuer(
    const TrustAnchors::Store& store, X509* leaf, STACK_OF(X509) * untrusted, UnixMillis now, VendorChain& out
) {
    IssuerSearch search;
    for (const X509Ptr& one : store.roots) search.consider(one.get(), leaf);
    for (int i = 0; i < sk_X509_num(untrusted); ++i) search.consider(sk_X509_value(untrusted, i), leaf);
    ERR_clear_error();
    ChainFindings& found = out.findings;
    const std::string who = certificate_text(leaf);
    if (search.issuer == nullptr) {
        if (search.named) note(found.invalid, who + ": certificate signature failure");
        if (!search.named) note(found.missing_issuer, missing_issuer_text(leaf));
        return;
    }
    if (!only_known_critical_extensions(leaf)) {
        note(found.invalid, who + " has a critical extension that is not known");
        return;
    }
    int strength_bits = 0;
    if (X509_get_signature_info(leaf, nullptr, nullptr, &strength_bits, nullptr) != 1 ||
        strength_bits < weak_below_bits) {
        note(found.weak, who + " is signed with a hash that is too weak");
    }
    const UnixMillis from = time_of(X509_get0_notBefore(leaf));
    const UnixMillis until = time_of(X509_get0_notAfter(leaf));
    if (now < from) note(found.out_of_date, who + " is not valid before " + to_rfc3339(from));
    if (now > until) note(found.out_of_date, who + " was valid until " + to_rfc3339(until));
    verify_to_anchor(store, search.issuer, false, untrusted, now, out);
}

}  // namespace

VendorChain build_vendor_chain(
    const TrustAnchors::Store& store, X509* leaf, std::span<const Bytes> given, UnixMillis now
) {
    std::vector<X509Ptr> extra;
    for (const Bytes& der : given) {
        const auto inner = certificate_in_nv(der);
        if (!inner) continue;
        const unsigned char* at = inner->data();
        if (X509* one = d2i_X509(nullptr, &at, static_cast<long>(inner->size()))) extra.emplace_back(one);
        if (extra.size() >= limits::chain_certificates) break;
    }
    const StackPtr untrusted{sk_X509_new_null()};
    if (!untrusted) throw std::runtime_error("out of memory while checking a chain");
    for (const X509Ptr& one : store.intermediates) sk_X509_push(untrusted.get(), one.get());
    for (const X509Ptr& one : extra) sk_X509_push(untrusted.get(), one.get());
    VendorChain out;
    if (X509_get0_pubkey(leaf) != nullptr) {
        verify_to_anchor(store, leaf, true, untrusted.get(), now, out);
    } else {
        ERR_clear_error();
        verify_by_issuer(store, leaf, untrusted.get(), now, out);
    }
    return out;
}

}  // namespace assay
