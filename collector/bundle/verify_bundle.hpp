#pragma once
// The appraisal of a report bundle, repeated by somebody else: every step of the verifier over again, from nothing but
// the bundle and the CAs that whoever checks it has pinned. Each step says whether it is proven, or asserted by the
// collector. Pure: no clock, no store, no network.
//
// Proven is what follows from signatures of keys that lead to a pinned CA, from hashes and from decisions made anew.
// Asserted, whatever is pinned: that the AK and the EKs are of one TPM (the credential's activation is a conversation,
// and its record could be made up by the collector), when the report came and that its nonce was fresh, how it follows
// earlier reports, and that a person approved Reference Values without signing them. docs/BUNDLE.md.

#include "collector/bundle/bundle.hpp"
#include "collector/bundle/pins.hpp"
#include "collector/findings/finding.hpp"

#include <map>
#include <vector>

namespace assay {

enum class Basis { proven, asserted };
std::string_view name(Basis basis);  // "proven", "asserted by the collector"

struct BundleStep {
    CheckResult result;
    Basis basis = Basis::proven;
    friend bool operator==(const BundleStep&, const BundleStep&) = default;
};

using ShippedPacks = std::map<Sha256, std::string>;

struct BundleVerdict {
    Bundle bundle;
    std::vector<BundleStep> steps;  // in order; after a failure that leaves nothing to go on from, no more
    AppraisedAxis boot;             // as it comes out here
    AppraisedAxis runtime;
    ProofLevel proof = ProofLevel::declared;
    std::vector<Finding> findings;
    std::size_t failed() const;  // steps
    bool holds() const { return failed() == 0; }
    std::size_t count(Basis basis) const;  // of steps that passed
};

// `shipped`: the packs that come with this program, by SHA-256, with their ids: what is all of them and nothing else is
// nobody's assertion.
// Errors: what decode_bundle refuses, a pin that is no certificate, and mismatch for a hash that no CA of the bundle
// has.
Result<BundleVerdict> verify_bundle(const BundleFiles& files, const Pins& pins, const ShippedPacks& shipped);

namespace bundle_step {
inline constexpr std::string_view signature = "bundle_signature";
inline constexpr std::string_view ek_certificate = "ek_certificate";
inline constexpr std::string_view device_id = "device_id";
inline constexpr std::string_view activation = "credential_activation";
inline constexpr std::string_view freshness = "freshness";
inline constexpr std::string_view quote = "quote";
inline constexpr std::string_view approval = "reference_approval";
inline constexpr std::string_view packs = "policy_packs";
inline constexpr std::string_view findings = "findings";
inline constexpr std::string_view collector = "collector_agrees";
}  // namespace bundle_step

}  // namespace assay
