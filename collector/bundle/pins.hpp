#pragma once
// Whom somebody who checks a report bundle trusts. Pure.

#include "certs/trust_anchors.hpp"
#include "collector/bundle/bundle.hpp"

#include <set>
#include <vector>

namespace assay {

// CAs that the auditor brings: whole, or by the SHA-256 of their DER where the bundle carries them.
struct PinnedCas {
    std::vector<Bytes> certificates;  // PEM or DER
    std::set<Sha256> hashes;
};

// Each for one thing alone: who runs a collector has a CA too, and it must not vouch for a TPM.
struct Pins {
    PinnedCas vendors;     // of TPMs, for endorsement keys
    PinnedCas collectors;  // for the signature over the bundle
    PinnedCas reviewers;   // for signatures over what was approved
};

// The CAs that the bundle carries, or that came with a signature in it: whom a pin may name by its hash, and what may
// lie between a pin and a leaf. Trusted by nobody for being there. `manifest_signature`: nullptr where there is none.
std::vector<Bytes> carried_cas(const Bundle& bundle, ByteView manifest, const Bytes* manifest_signature);

// Errors: a pin that is no CA certificate; not_found for a hash that none of the carried has.
Result<TrustAnchors> anchors_of(const PinnedCas& pins, const std::vector<Bytes>& carried);

}  // namespace assay
