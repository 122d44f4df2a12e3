#pragma once
// Who vouches for an endorsement key: the chain from its certificate to a TPM vendor's CA that the operator pinned, the
// operator's own list of keys, or nobody. No network: a missing intermediate is a reason that names it. Revocation is
// not checked here. EK certificates outlive their CAs; a date that has passed is a state of its own, never a silent
// pass. Critical extensions: subjectDirectoryAttributes (2.5.29.9) of the EK certificate is known here; any other that
// OpenSSL does not know makes the chain invalid.

#include "base/crypto/hash.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "certs/ek_certificate.hpp"
#include "evidence/reason.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

// The CAs and keys that an operator trusts. Read-only while used: any number of threads may check against one.
class TrustAnchors {
  public:
    TrustAnchors();
    TrustAnchors(TrustAnchors&&) noexcept;
    TrustAnchors& operator=(TrustAnchors&&) noexcept;
    ~TrustAnchors();

    // PEM (any number of certificates; text between them is ignored) or one DER certificate. Returns how many were new.
    // bad_encoding for anything else, bad_value for a certificate that is no CA (basicConstraints): nothing is added.
    // A root is an anchor whether or not it signed itself; an intermediate only helps to reach one.
    Result<std::size_t> add_roots(ByteView pem_or_der);
    Result<std::size_t> add_intermediates(ByteView pem_or_der);
    void allow_ek(const Sha256& ek_fingerprint);  // evidence/device_id.hpp
    bool allows(const Sha256& ek_fingerprint) const;
    std::size_t roots() const;
    std::size_t intermediates() const;

    struct Store;
    const Store& store() const { return *store_; }  // for files behind the OpenSSL seam

  private:
    std::unique_ptr<Store> store_;
};

// How one EK is vouched for: one of the ek_* reasons with a sentence. `detail` says which CA was reached, or which is
// missing, or what is out of date.
struct EkTier {
    Reason reason = Reason::ek_no_certificate;
    std::string detail;
    friend bool operator==(const EkTier&, const EkTier&) = default;
};

// Chain to a pinned vendor CA, or on the operator's list: all others wait in pending_review.
bool admits(const EkTier& tier);
// Less is better: the order of the tiers in DESIGN section 2.
unsigned rank(const EkTier& tier);

// `chain`: certificates from NV 0x01c00100-0x01c001ff, in any order, hostile; those that are no certificates are left
// out. `nv` is empty when the TPM holds no certificate. The tier of a malformed certificate is a state, not an error:
// leaving the certificate out would give no less.
EkTier ek_tier(
    const TrustAnchors& anchors, const Sha256& ek_fingerprint, ByteView nv, std::span<const Bytes> chain, UnixMillis now
);

}  // namespace assay
