#include "collector/verifier/enrolment.hpp"

#include "certs/credential.hpp"
#include "certs/ek_certificate.hpp"
#include "evidence/device_id.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/templates.hpp"

#include <algorithm>
#include <stdexcept>

namespace assay {
namespace {

constexpr std::size_t secret_bytes = 32;  // fits the smallest nameAlg of the templates

std::unexpected<RejectedAttempt> reject(Reason reason, Errc code, std::string where, std::string what) {
    return std::unexpected(RejectedAttempt{reason, code, std::move(where), std::move(what)});
}

std::expected<VouchedEk, RejectedAttempt> check_ek(
    const EndorsementKey& key, std::span<const Bytes> chain, const TrustAnchors& anchors, UnixMillis now,
    const std::string& where
) {
    auto area = decode_public_area(key.public_area);
    if (!area) return reject(Reason::ek_malformed, area.error().code, where, area.error().message());
    const EkTemplate* matched = matching_ek_template(*area);
    if (matched == nullptr) {
        return reject(
            Reason::ek_not_from_template, Errc::mismatch, where, "equals no TCG template but for its unique field"
        );
    }
    const auto public_key = public_key_of(*area);
    if (!public_key) return reject(Reason::ek_malformed, public_key.error().code, where, public_key.error().message());
    const auto certificate = read_ek_certificate(key.certificate);
    if (certificate && !certifies(*certificate, *public_key)) {
        return reject(Reason::ek_certificate_other_key, Errc::mismatch, where, "its certificate is for another key");
    }
    VouchedEk out;
    out.public_area = key.public_area;
    out.template_name = matched->name;
    out.spki = public_key->spki();
    out.fingerprint = ek_fingerprint(out.spki);
    out.certificate = key.certificate;
    out.nv_index = key.nv_index;
    out.tier = ek_tier(anchors, out.fingerprint, key.certificate, chain, now);
    out.area = *std::move(area);
    return out;
}

}  // namespace

CheckedEnrolment::CheckedEnrolment(
    EnrolmentRequest request, std::vector<VouchedEk> keys, AttestationKey ak, const Sha256& sha256
)
    : request_(std::move(request)), endorsement_keys_(std::move(keys)), ak_(std::move(ak)), request_sha256_(sha256) {}

const EkTier& CheckedEnrolment::tier() const {
    return std::ranges::min_element(endorsement_keys_, {}, [](const VouchedEk& key) { return rank(key.tier); })->tier;
}

DeviceId CheckedEnrolment::new_device_id() const {
    return DeviceId::of_ek(endorsement_keys_.front().spki);
}

std::vector<Sha256> claimed_fingerprints(const EnrolmentRequest& request) {
    std::vector<Sha256> out;
    for (const EndorsementKey& key : request.endorsement_keys) {
        const auto area = decode_public_area(key.public_area);
        if (!area) continue;
        if (const auto public_key = public_key_of(*area)) out.push_back(ek_fingerprint(public_key->spki()));
    }
    return out;
}

std::expected<CheckedEnrolment, RejectedAttempt> check_enrolment(
    std::string_view body, const TrustAnchors& anchors, UnixMillis now
) {
    auto request = decode_enrolment_request(body);
    if (!request) {
        const Error& error = request.error();
        return reject(Reason::malformed_message, error.code, error.where, error.what);
    }
    auto ak = AttestationKey::of(request->ak_public);
    if (!ak) {
        const Error& error = ak.error();
        const Reason reason = error.code == Errc::mismatch ? Reason::ak_not_from_template : Reason::ak_malformed;
        return reject(reason, error.code, "enrolment.ak_public", error.message());
    }
    std::vector<VouchedEk> keys;
    for (std::size_t i = 0; i < request->endorsement_keys.size(); ++i) {
        const std::string where = "enrolment.endorsement_keys[" + std::to_string(i) + "]";
        auto key = check_ek(request->endorsement_keys[i], request->chain, anchors, now, where);
        if (!key) return std::unexpected(std::move(key).error());
        if (std::ranges::find(keys, key->fingerprint, &VouchedEk::fingerprint) != keys.end()) {
            return reject(Reason::ek_duplicate, Errc::bad_value, where, "stands twice in the request");
        }
        keys.push_back(*std::move(key));
    }
    return CheckedEnrolment(*std::move(request), std::move(keys), *std::move(ak), sha256(body));
}

PendingEnrolment::PendingEnrolment(CheckedEnrolment checked, const EnrolmentId& id, UnixMillis expires)
    : checked_(std::move(checked)), id_(id), expires_(expires) {}

PendingEnrolment open_enrolment(
    CheckedEnrolment checked, const PcrSelection& selection, const RandomSource& random, UnixMillis now
) {
    PendingEnrolment out(std::move(checked), random_array<16>(random), now + limits::enrolment_lifetime);
    out.challenge_.enrolment = out.id_;
    out.challenge_.selection = selection;
    for (const VouchedEk& key : out.checked_.endorsement_keys()) {
        Bytes secret(secret_bytes);
        random(secret);
        auto challenge = make_credential(key.area, out.checked_.ak().name(), secret, random);
        // The key was checked and the secret fits: only a broken OpenSSL comes here.
        if (!challenge) throw std::runtime_error("no credential for a checked key: " + challenge.error().message());
        out.secrets_.push_back(std::move(secret));
        out.challenge_.challenges.push_back(*std::move(challenge));
    }
    return out;
}

ProvenEnrolment::ProvenEnrolment(const CheckedEnrolment& enrolment, const QuoteAttest& attest)
    : enrolment_(&enrolment), clock_(attest.clock), tpm_firmware_(attest.firmware_version) {}

LifecycleState ProvenEnrolment::initial_lifecycle(UnixMillis now) const {
    const EkTier& tier = enrolment_->tier();
    return {admits(tier) ? Lifecycle::active : Lifecycle::pending_review, tier.reason, tier.detail, now};
}

std::expected<ProvenEnrolment, RejectedAttempt> check_proof(
    const PendingEnrolment& pending, const TlsExporter& exporter, const EnrolmentProof& proof, UnixMillis now
) {
    if (now >= pending.expires_) {
        return reject(Reason::enrolment_expired, Errc::timed_out, "enrolment", "the proof came too late");
    }
    const CheckedEnrolment& enrolment = pending.checked_;
    const Digest expected = enrolment_extra_data({
        .hash = enrolment.ak().hash(),
        .secrets = pending.secrets_,
        .enrolment = pending.id_,
        .exporter = exporter,
        .request = enrolment.request_sha256(),
    });
    const auto attest = check_signed_quote(enrolment.ak(), proof.quote, proof.signature, expected);
    if (!attest) return std::unexpected(attest.error());
    if (!same_meaning(attest->selection, pending.challenge_.selection)) {
        return reject(
            Reason::pcr_selection_mismatch, Errc::mismatch, "quote.pcrSelect",
            "asked for " + text(pending.challenge_.selection) + ", signed over " + text(attest->selection)
        );
    }
    return ProvenEnrolment(enrolment, *attest);
}

}  // namespace assay
