#include "certs/trust_anchors.hpp"

#include "certs/certificate_text.hpp"
#include "certs/pem.hpp"
#include "certs/trust_anchors_store.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <utility>

namespace assay {
namespace {

std::vector<X509Ptr> read_pem(ByteView text, Error& error) {
    std::vector<X509Ptr> out;
    const BioPtr in = reading(text);
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
    if (pem_or_der.empty()) return fail(Errc::bad_encoding, "certificates", "neither PEM nor DER certificates");
    if (pem_or_der.size() > 0x7fffffff) return fail(Errc::limit_exceeded, "certificates", "too long");
    if (pem_or_der[0] == 0x30) {
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

TrustAnchors::TrustAnchors() : store_(std::make_unique<Store>()) {
    store_->lookup.reset(X509_STORE_new());
    if (!store_->lookup) throw std::runtime_error("out of memory while making a certificate store");
}
TrustAnchors::TrustAnchors(TrustAnchors&&) noexcept = default;
TrustAnchors& TrustAnchors::operator=(TrustAnchors&&) noexcept = default;
TrustAnchors::~TrustAnchors() = default;

Result<std::size_t> TrustAnchors::add_roots(ByteView pem_or_der) {
    TRY(std::vector<X509Ptr> certificates, read_cas(pem_or_der));
    std::size_t added = 0;
    for (X509Ptr& one : certificates) {
        if (!store_->known_roots.insert(sha256(der_of(one.get()))).second) continue;
        if (X509_STORE_add_cert(store_->lookup.get(), one.get()) != 1) throw std::runtime_error(openssl_error());
        store_->roots.push_back(std::move(one));
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
    return store_->roots.size();
}

std::size_t TrustAnchors::intermediates() const {
    return store_->intermediates.size();
}

Result<std::vector<CaCertificate>> read_ca_certificates(ByteView pem_or_der) {
    TRY(const std::vector<X509Ptr> certificates, read_cas(pem_or_der));
    std::vector<CaCertificate> out;
    for (const X509Ptr& one : certificates) {
        CaCertificate ca;
        ca.der = der_of(one.get());
        ca.sha256 = sha256(ca.der);
        ca.subject = certificate_text(one.get());
        out.push_back(std::move(ca));
    }
    return out;
}

}  // namespace assay
