#pragma once
// Who vouches for an endorsement key: the chain from its certificate to a TPM vendor's CA that the operator pinned, the
// operator's own list of keys, or nobody. No network: a missing intermediate is a reason that names it. Revocation is
// not checked here. EK certificates outlive their CAs; a date that has passed is a state of its own, never a silent
// pass. Critical extensions: subjectDirectoryAttributes (2.5.29.9) of the EK certificate is known here; any other that
// OpenSSL does not know makes the chain invalid.

#include "base/crypto/hash.hpp"
#include "base/time.hpp"
#include "certs/trust_anchors.hpp"
#include "evidence/reason.hpp"

#include <span>
#include <string>

namespace assay {

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
