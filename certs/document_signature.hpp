#pragma once
// Signatures over documents that leave the house: report bundles, approved Reference Values. CMS SignedData, detached,
// DER (RFC 5652), so that `openssl cms` makes and checks the same. No clock is read; revocation is not checked.

#include "base/crypto/hash.hpp"
#include "certs/fleet_ca.hpp"
#include "certs/trust_anchors.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace assay {

inline constexpr std::size_t document_signature_bytes = 64U << 10U;

// Who signed. The signature holds under the certificate that it carries; whether that certificate is anybody's is what
// `anchor` and `problem` say.
struct DocumentSigner {
    std::string subject;     // of the signer's certificate, cleaned
    Sha256 certificate{};    // SHA-256 of its DER
    std::string anchor;      // the pinned CA that it leads to, or ""
    std::string problem;     // why it leads to none, or ""
    std::vector<Bytes> cas;  // CA certificates that came with the signature, DER: hostile
    friend bool operator==(const DocumentSigner&, const DocumentSigner&) = default;
};

// `signer`: its certificate first, CAs to send along after it, and its unencrypted key. SHA-256, no signed attributes.
// Errors: bad_encoding (no PEM), mismatch (the key is not the certificate's).
Result<Bytes> sign_document(ByteView document, const PemIdentity& signer);

// One signer, SHA-256, SHA-384 or SHA-512, certificate included. The chain is checked as of `at`, and its dates count.
// Errors: bad_encoding, trailing_bytes, limit_exceeded, bad_value (several signers, no certificate, a weak digest), and
// mismatch: the signature is not over this document.
Result<DocumentSigner> check_document_signature(
    ByteView document, ByteView signature, const TrustAnchors& anchors, UnixMillis at
);

}  // namespace assay
