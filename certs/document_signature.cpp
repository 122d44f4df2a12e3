#include "certs/document_signature.hpp"

#include "base/crypto/signed_data.hpp"
#include "certs/certificate_text.hpp"
#include "certs/pem.hpp"
#include "certs/vendor_chain.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace assay {
namespace {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, Releaser<&CMS_ContentInfo_free>>;
using CertificatesPtr =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, &X509_free); })>;

constexpr std::array<std::string_view, 3> strong_digests{"sha256", "sha384", "sha512"};
constexpr std::size_t most_certificates = 16;

// Behind a filter: of a memory BIO CMS_verify makes another of its own, which OpenSSL 3.0 does not free where
// the structure turns out to be broken.
BioPtr reading_for_verify(ByteView bytes) {
    BioPtr in = reading(bytes);
    BioPtr out{BIO_new(BIO_f_null())};
    if (!out) throw std::runtime_error("out of memory while reading a document");
    BIO_push(out.get(), in.release());
    return out;
}

CertificatesPtr certificates_from(std::string_view pem) {
    CertificatesPtr out{sk_X509_new_null()};
    if (!out) throw std::runtime_error("out of memory while reading certificates");
    const BioPtr in = reading(as_bytes(pem));
    while (X509* one = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) sk_X509_push(out.get(), one);
    ERR_clear_error();
    return out;
}

Result<CmsPtr> decoded(ByteView signature) {
    TRY(const std::vector<NamedSigner> named, named_signers(signature));
    if (named.size() != 1) return fail(Errc::bad_value, "signature", "has not exactly one signer");
    if (std::ranges::find(strong_digests, named.front().digest) == strong_digests.end()) {
        return fail(Errc::bad_value, "signature", "is over " + named.front().digest + ", not SHA-256, -384 or -512");
    }
    const unsigned char* at = signature.data();
    CmsPtr out{d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(signature.size()))};
    if (!out) return fail(Errc::bad_encoding, "signature", openssl_error());
    return out;
}

std::string chain_problem(const VendorChain& chain) {
    for (const std::string* one :
         {&chain.findings.missing_issuer, &chain.findings.invalid, &chain.findings.weak, &chain.findings.out_of_date}) {
        if (!one->empty()) return *one;
    }
    return chain.reached ? "" : "its certificate leads to no pinned CA";
}

}  // namespace

Result<Bytes> sign_document(ByteView document, const PemIdentity& signer) {
    const CertificatesPtr chain = certificates_from(signer.certificate);
    const X509Ptr certificate{sk_X509_shift(chain.get())};
    if (!certificate) return fail(Errc::bad_encoding, "certificate", "is no PEM certificate");
    TRY(const PkeyPtr key, private_key_from(signer.key, "key"));
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        ERR_clear_error();
        return fail(Errc::mismatch, "key", "is not the certificate's");
    }
    constexpr unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | CMS_NOATTR;
    const CmsPtr cms{CMS_sign(nullptr, nullptr, chain.get(), nullptr, flags)};
    if (!cms ||
        CMS_add1_signer(cms.get(), certificate.get(), key.get(), fetched_md(HashAlg::sha256), flags) == nullptr ||
        CMS_final(cms.get(), reading(document).get(), nullptr, flags) != 1) {
        throw std::runtime_error("a document cannot be signed: " + openssl_error());
    }
    unsigned char* der = nullptr;
    const int size = i2d_CMS_ContentInfo(cms.get(), &der);
    if (size <= 0) throw std::runtime_error("a signature cannot be written: " + openssl_error());
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

Result<DocumentSigner> check_document_signature(
    ByteView document, ByteView signature, const TrustAnchors& anchors, UnixMillis at
) {
    TRY(const CmsPtr cms, decoded(signature));
    constexpr unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
    if (CMS_verify(cms.get(), nullptr, nullptr, reading_for_verify(document).get(), nullptr, flags) != 1) {
        return fail(Errc::mismatch, "signature", "does not hold over this document: " + openssl_error());
    }
    const std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })> signers{
        CMS_get0_signers(cms.get())
    };
    if (!signers || sk_X509_num(signers.get()) != 1) return fail(Errc::bad_value, "signature", "has no certificate");
    X509* leaf = sk_X509_value(signers.get(), 0);
    DocumentSigner out;
    out.subject = name_text(X509_get_subject_name(leaf));
    if (out.subject.empty()) out.subject = certificate_text(leaf);
    out.certificate = sha256(der_of(leaf));
    std::vector<Bytes> given;
    const CertificatesPtr sent{CMS_get1_certs(cms.get())};
    for (int i = 0; sent && i < sk_X509_num(sent.get()) && given.size() < most_certificates; ++i) {
        const X509* one = sk_X509_value(sent.get(), i);
        given.push_back(der_of(one));
        if (X509_check_ca(sk_X509_value(sent.get(), i)) == 1) out.cas.push_back(given.back());
    }
    const VendorChain chain = build_vendor_chain(anchors.store(), leaf, given, at);
    out.problem = chain_problem(chain);
    if (chain.reached && out.problem.empty()) out.anchor = chain.anchor;
    return out;
}

}  // namespace assay
