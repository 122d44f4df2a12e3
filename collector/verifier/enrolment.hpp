#pragma once
// Enrolment's decisions (DESIGN section 2): what may be enrolled, the challenge, and the proof. Nothing durable comes
// of a request before its proof. Which device it is, the store decides: a hit on any known EK is that device, and its
// unique constraints stand, not a look before.

#include "base/crypto/random_source.hpp"
#include "base/time.hpp"
#include "certs/ek_chain.hpp"
#include "collector/verifier/attestation_key.hpp"
#include "collector/verifier/standing.hpp"
#include "evidence/binding.hpp"
#include "evidence/messages.hpp"

#include <expected>
#include <string_view>
#include <vector>

namespace assay {

// One EK of a request that equals a TCG template but for `unique`, and what vouches for it.
struct VouchedEk {
    PublicArea area;
    Bytes public_area;               // TPMT_PUBLIC
    std::string_view template_name;  // "L-1"
    Bytes spki;                      // DER, as ids are made of
    Sha256 fingerprint{};            // ek_fingerprint(spki)
    Bytes certificate;               // as NV holds it, or empty
    std::uint32_t nv_index = 0;
    EkTier tier;
};

class CheckedEnrolment {
  public:
    const EnrolmentRequest& request() const { return request_; }
    const std::vector<VouchedEk>& endorsement_keys() const { return endorsement_keys_; }  // in the request's order
    const AttestationKey& ak() const { return ak_; }
    const EkTier& tier() const;  // the best of its keys: one proof shows that one TPM holds them all
    const Sha256& request_sha256() const { return request_sha256_; }
    // The id that the device gets when none of its EKs is known.
    DeviceId new_device_id() const;

  private:
    CheckedEnrolment(EnrolmentRequest request, std::vector<VouchedEk> keys, AttestationKey ak, const Sha256& sha256);
    EnrolmentRequest request_;
    std::vector<VouchedEk> endorsement_keys_;
    AttestationKey ak_;
    Sha256 request_sha256_;
    friend std::expected<CheckedEnrolment, RejectedAttempt> check_enrolment(
        std::string_view, const TrustAnchors&, UnixMillis
    );
};

// Of the request's EKs that can be read: which devices it may be about. Cheap: no certificate is looked at, and nothing
// is said about whether the keys may be enrolled.
std::vector<Sha256> claimed_fingerprints(const EnrolmentRequest& request);

// `body`: the exact bytes of POST /v1/enrolments. Rejected: malformed_message, ek_malformed, ek_not_from_template,
// ek_duplicate, ek_certificate_other_key, ak_malformed, ak_not_from_template. The join token is the caller's to check.
[[nodiscard]] std::expected<CheckedEnrolment, RejectedAttempt> check_enrolment(
    std::string_view body, const TrustAnchors& anchors, UnixMillis now
);

// An enrolment between its challenge and its proof. It holds the secrets: it stays in the collector's memory.
class PendingEnrolment {
  public:
    const CheckedEnrolment& checked() const { return checked_; }
    const EnrolmentId& id() const { return id_; }
    UnixMillis expires() const { return expires_; }
    const EnrolmentChallenge& challenge() const { return challenge_; }  // the answer to the request

  private:
    PendingEnrolment(CheckedEnrolment checked, const EnrolmentId& id, UnixMillis expires);
    CheckedEnrolment checked_;
    EnrolmentId id_;
    UnixMillis expires_;
    std::vector<Bytes> secrets_;
    EnrolmentChallenge challenge_;
    friend PendingEnrolment open_enrolment(CheckedEnrolment, const PcrSelection&, const RandomSource&, UnixMillis);
    friend std::expected<class ProvenEnrolment, RejectedAttempt> check_proof(
        const PendingEnrolment&, const TlsExporter&, const EnrolmentProof&, UnixMillis
    );
};

// A MakeCredential challenge for each EK. `selection`: what the proof's quote must select.
PendingEnrolment open_enrolment(
    CheckedEnrolment checked, const PcrSelection& selection, const RandomSource& random, UnixMillis now
);

// One TPM holds every EK and the AK of the request, now, at the end of this connection.
class ProvenEnrolment {
  public:
    const CheckedEnrolment& enrolment() const { return *enrolment_; }  // looks into the PendingEnrolment
    const ClockInfo& clock() const { return clock_; }
    std::uint64_t tpm_firmware() const { return tpm_firmware_; }
    // active or pending_review with its reason, for a device that is new; a device that is known keeps its own.
    LifecycleState initial_lifecycle(UnixMillis now) const;

  private:
    ProvenEnrolment(const CheckedEnrolment& enrolment, const QuoteAttest& attest);
    const CheckedEnrolment* enrolment_;
    ClockInfo clock_;
    std::uint64_t tpm_firmware_;
    friend std::expected<ProvenEnrolment, RejectedAttempt> check_proof(
        const PendingEnrolment&, const TlsExporter&, const EnrolmentProof&, UnixMillis
    );
};

// Rejected: enrolment_expired, attest_*, signature_*, signer_mismatch, binding_mismatch (another connection, another
// request, a credential that was not activated), pcr_selection_mismatch. The result must not outlive `pending`.
// Tries are counted by the caller (limits::enrolment_tries).
[[nodiscard]] std::expected<ProvenEnrolment, RejectedAttempt> check_proof(
    const PendingEnrolment& pending, const TlsExporter& exporter, const EnrolmentProof& proof, UnixMillis now
);

}  // namespace assay
