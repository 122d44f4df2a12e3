// Enrolment: what may be enrolled, and that a proof is of this TPM, this request, this connection and this time.

#include "collector/verifier/enrolment.hpp"

#include "base/crypto/random.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/attest.hpp"
#include "tests/collector/verifier/report_scene.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/soft_tpm.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;
using test::EkAuthority;
using test::flipped;
using test::SignedQuote;
using test::SoftAk;
using test::SoftEk;

namespace {

constexpr UnixMillis now{1'800'000'000'000};

// One TPM with an RSA and an ECC endorsement key, certified by a vendor whose root is pinned.
struct Scene {
    EkAuthority vendor{"Vendor"};
    SoftEk rsa{"L-1"};
    SoftEk ecc{"L-2"};
    SoftAk ak;
    TrustAnchors anchors;
    PcrSelection selection = select_pcrs(HashAlg::sha256, {0, 7});
    PcrValues values;
    TlsExporter exporter{9, 9, 9};
    EnrolmentRequest request;

    Scene() {
        REQUIRE(anchors.add_roots(vendor.root()));
        request.agent_version = "0.1.0";
        request.endorsement_keys = {
            {rsa.public_area(), vendor.issue(rsa.spki()), 0x01c00002},
            {ecc.public_area(), vendor.issue(ecc.spki()), 0x01c0000a}
        };
        request.chain = {vendor.intermediate()};
        request.ak_public = ak.public_area();
        for (const unsigned pcr : {0U, 7U}) {
            values[HashAlg::sha256].emplace(*PcrIndex::from(pcr), hash(HashAlg::sha256, as_bytes("pcr")));
        }
    }

    std::expected<CheckedEnrolment, RejectedAttempt> check() const {
        return check_enrolment(encode_enrolment_request(request), anchors, now);
    }
    Reason refused() const {
        const auto result = check();
        REQUIRE_FALSE(result.has_value());
        return result.error().reason;
    }
    PendingEnrolment open() const { return open_enrolment(check().value(), selection, &system_random, now); }

    // What the TPM activates, in the request's order.
    std::vector<Bytes> secrets(const PendingEnrolment& pending) const {
        const auto& challenges = pending.challenge().challenges;
        return {
            rsa.activate(challenges[0], tpm_name(ak.area())).value(),
            ecc.activate(challenges[1], tpm_name(ak.area())).value()
        };
    }
    EnrolmentBinding binding(const PendingEnrolment& pending, const std::vector<Bytes>& secrets) const {
        return {
            .hash = ak.area().scheme_hash,
            .secrets = secrets,
            .enrolment = pending.challenge().enrolment,
            .exporter = exporter,
            .request = sha256(encode_enrolment_request(request))
        };
    }
    EnrolmentProof proof(const EnrolmentBinding& bound) const { return proof(bound, ak); }
    EnrolmentProof proof(const EnrolmentBinding& bound, const SoftAk& signer) const {
        SignedQuote quote = signer.quote(enrolment_extra_data(bound).bytes(), selection, values);
        return {std::move(quote.quote), std::move(quote.signature)};
    }
    EnrolmentProof good_proof(const PendingEnrolment& pending) const {
        const std::vector<Bytes> opened = secrets(pending);
        return proof(binding(pending, opened));
    }
};

Reason reason_of(const std::expected<ProvenEnrolment, RejectedAttempt>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().reason;
}

}  // namespace

TEST_SUITE("enrolment request") {
    TEST_CASE("a TPM with certified RSA and ECC keys is checked, each key by its template and tier") {
        const Scene scene;
        const auto checked = scene.check();
        REQUIRE(checked);
        REQUIRE(checked->endorsement_keys().size() == 2);
        CHECK(checked->endorsement_keys()[0].template_name == "L-1");
        CHECK(checked->endorsement_keys()[1].template_name == "L-2");
        CHECK(checked->endorsement_keys()[1].fingerprint == ek_fingerprint(scene.ecc.spki()));
        CHECK(checked->tier().reason == Reason::ek_chain_trusted);
        CHECK(checked->ak().kind() == AkKind::ecc_p256_sha256);
        CHECK(checked->new_device_id() == DeviceId::of_ek(scene.rsa.spki()));
        CHECK(checked->request() == scene.request);
    }

    TEST_CASE("RSA first and ECC first name the same keys: the store sees that they are one device") {
        Scene scene;
        const auto fingerprints = [&scene] {
            std::set<Sha256> out;
            const auto checked = scene.check();
            for (const VouchedEk& key : checked->endorsement_keys()) out.insert(key.fingerprint);
            return out;
        };
        const std::set<Sha256> rsa_first = fingerprints();
        std::swap(scene.request.endorsement_keys[0], scene.request.endorsement_keys[1]);
        CHECK(fingerprints() == rsa_first);
        CHECK(scene.check()->new_device_id() == DeviceId::of_ek(scene.ecc.spki()));
    }

    TEST_CASE("an EK public with any bit outside `unique` flipped is refused: one TPM cannot pose as two devices") {
        for (const std::string_view which : {"L-1", "L-2", "H-3"}) {
            CAPTURE(which);
            const SoftEk ek(which);
            Scene scene;
            scene.request.endorsement_keys = {{ek.public_area(), {}, 0}};
            REQUIRE(scene.check());
            const Bytes good = ek.public_area();
            const std::size_t unique = ek.area().type == KeyType::rsa ? 2 + 256 : 2 * (2 + ek.area().unique_x.size());
            for (std::size_t bit = 0; bit < (good.size() - unique) * 8; ++bit) {
                scene.request.endorsement_keys[0].public_area = flipped(good, bit);
                CAPTURE(bit);
                const Reason reason = scene.refused();
                CHECK((reason == Reason::ek_not_from_template || reason == Reason::ek_malformed));
            }
        }
    }

    TEST_CASE("a point off the curve, a shorter unique, a longer one and a key of another kind are refused") {
        Scene scene;
        const auto with = [&scene](auto change) {
            PublicArea area = scene.ecc.area();
            change(area);
            scene.request.endorsement_keys = {{encode_public_area(area), {}, 0}};
            return scene.refused();
        };
        CHECK(with([](PublicArea& area) { area.unique_x.back() ^= 1U; }) == Reason::ek_malformed);
        CHECK(with([](PublicArea& area) { area.unique_x.pop_back(); }) == Reason::ek_not_from_template);
        CHECK(with([](PublicArea& area) { area.unique_x.push_back(0); }) == Reason::ek_not_from_template);
        CHECK(with([](PublicArea& area) { area.unique_y.clear(); }) == Reason::ek_not_from_template);
        scene.request.endorsement_keys = {{SoftAk().public_area(), {}, 0}};
        CHECK(scene.refused() == Reason::ek_not_from_template);
    }

    TEST_CASE("an EK certificate of another key is refused (CVE-2021-3406), also of the same TPM's other key") {
        Scene scene;
        const SoftEk other("L-2");
        scene.request.endorsement_keys[1].certificate = scene.vendor.issue(other.spki());
        CHECK(scene.refused() == Reason::ek_certificate_other_key);
        scene.request.endorsement_keys[1].certificate = scene.request.endorsement_keys[0].certificate;
        CHECK(scene.refused() == Reason::ek_certificate_other_key);
    }

    TEST_CASE("the same EK twice is refused, with or without its certificate") {
        Scene scene;
        scene.request.endorsement_keys.push_back(scene.request.endorsement_keys[0]);
        CHECK(scene.refused() == Reason::ek_duplicate);
        scene.request.endorsement_keys.back().certificate.clear();
        CHECK(scene.refused() == Reason::ek_duplicate);
    }

    TEST_CASE("an AK that is not restricted or not of the template is refused, with any bit outside `unique` flipped") {
        Scene scene;
        const Bytes good = scene.request.ak_public;
        constexpr std::size_t unique = std::size_t{2} * (2 + 32);
        for (std::size_t bit = 0; bit < (good.size() - unique) * 8; ++bit) {
            scene.request.ak_public = flipped(good, bit);
            CAPTURE(bit);
            const Reason reason = scene.refused();
            CHECK((reason == Reason::ak_not_from_template || reason == Reason::ak_malformed));
        }
        PublicArea open = ak_template(AkKind::ecc_p256_sha256);
        open.attributes &= ~object_attribute::restricted;
        scene.request.ak_public = SoftAk(open).public_area();
        CHECK(scene.refused() == Reason::ak_not_from_template);
        scene.request.ak_public = scene.ecc.public_area();
        CHECK(scene.refused() == Reason::ak_not_from_template);
        scene.request.ak_public = {1, 2, 3};
        CHECK(scene.refused() == Reason::ak_malformed);
    }

    TEST_CASE("what is no request is a malformed message that names the field") {
        const Scene scene;
        const auto refused = [&scene](std::string_view body) {
            return check_enrolment(body, scene.anchors, now).error();
        };
        CHECK(refused("{}").reason == Reason::malformed_message);
        CHECK(refused("").code == Errc::bad_encoding);
        EnrolmentRequest request = scene.request;
        request.endorsement_keys.clear();
        CHECK(refused(encode_enrolment_request(request)).where == "enrolment.endorsement_keys");
        request = scene.request;
        request.endorsement_keys.resize(limits::endorsement_keys + 1, request.endorsement_keys[0]);
        CHECK(refused(encode_enrolment_request(request)).code == Errc::limit_exceeded);
        request = scene.request;
        request.chain.resize(limits::chain_certificates + 1, request.chain[0]);
        CHECK(refused(encode_enrolment_request(request)).code == Errc::limit_exceeded);
    }

    TEST_CASE("the best key's tier is the device's; anything but a pinned chain or the list waits for a person") {
        Scene scene;
        const auto lifecycle = [&scene] {
            const PendingEnrolment pending = scene.open();
            return check_proof(pending, scene.exporter, scene.good_proof(pending), now)->initial_lifecycle(now);
        };
        CHECK(lifecycle().state == Lifecycle::active);
        scene.request.endorsement_keys[0].certificate.clear();
        CHECK(scene.check()->endorsement_keys()[0].tier.reason == Reason::ek_no_certificate);
        CHECK(lifecycle().state == Lifecycle::active);
        scene.request.chain.clear();
        const LifecycleState unknown = lifecycle();
        CHECK(unknown.state == Lifecycle::pending_review);
        CHECK(unknown.reason == Reason::ek_chain_unknown_issuer);
        CHECK(unknown.detail.find("CN=Vendor intermediate") != std::string::npos);
        scene.request.endorsement_keys[1].certificate = {0xff};
        CHECK(lifecycle().reason == Reason::ek_no_certificate);
        scene.request.endorsement_keys[1].certificate.clear();
        CHECK(lifecycle().reason == Reason::ek_no_certificate);
        scene.anchors.allow_ek(ek_fingerprint(scene.ecc.spki()));
        CHECK(lifecycle().state == Lifecycle::active);
        CHECK(lifecycle().reason == Reason::ek_allow_listed);
    }
}

TEST_SUITE("enrolment proof") {
    TEST_CASE("a good proof is proven, with every AK kind") {
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CAPTURE(name(kind));
            Scene scene;
            scene.ak = SoftAk(kind);
            scene.request.ak_public = scene.ak.public_area();
            const PendingEnrolment pending = scene.open();
            const auto proven = check_proof(pending, scene.exporter, scene.good_proof(pending), now);
            REQUIRE(proven);
            CHECK(&proven->enrolment() == &pending.checked());
            CHECK(proven->clock().reset_count == 7);
            CHECK(proven->tpm_firmware() == 0x2024'0101'0000'0001);
        }
    }

    TEST_CASE("every challenge has its own secrets and id, and none is in what is sent") {
        const Scene scene;
        const PendingEnrolment one = scene.open();
        const PendingEnrolment two = scene.open();
        CHECK(one.id() != two.id());
        const std::vector<Bytes> secrets = scene.secrets(one);
        CHECK(secrets[0] != secrets[1]);
        CHECK(secrets[0] != scene.secrets(two)[0]);
        CHECK(secrets[0].size() == 32);
        const std::string sent = encode_enrolment_challenge(one.challenge());
        for (const Bytes& secret : secrets) CHECK(sent.find(to_base64url(secret)) == std::string::npos);
        CHECK(decode_enrolment_challenge(sent).value() == one.challenge());
    }

    TEST_CASE("a proof from another connection, for another request, enrolment or secret, is refused") {
        const Scene scene;
        const PendingEnrolment pending = scene.open();
        const std::vector<Bytes> secrets = scene.secrets(pending);
        const EnrolmentBinding good = scene.binding(pending, secrets);
        REQUIRE(check_proof(pending, scene.exporter, scene.proof(good), now));
        const auto refused = [&](const EnrolmentBinding& bound) {
            return reason_of(check_proof(pending, scene.exporter, scene.proof(bound), now));
        };
        EnrolmentBinding other = good;
        other.exporter[31] ^= 1U;
        CHECK(refused(other) == Reason::binding_mismatch);
        other = good;
        other.request[0] ^= 1U;
        CHECK(refused(other) == Reason::binding_mismatch);
        other = good;
        other.enrolment[0] ^= 1U;
        CHECK(refused(other) == Reason::binding_mismatch);
        TlsExporter elsewhere = scene.exporter;
        elsewhere[0] ^= 1U;
        CHECK(reason_of(check_proof(pending, elsewhere, scene.proof(good), now)) == Reason::binding_mismatch);
        const PendingEnrolment second = scene.open();
        CHECK(reason_of(check_proof(second, scene.exporter, scene.proof(good), now)) == Reason::binding_mismatch);
    }

    TEST_CASE("each EK has to be activated: one secret missing, guessed, swapped or joined is refused") {
        const Scene scene;
        const PendingEnrolment pending = scene.open();
        const std::vector<Bytes> good = scene.secrets(pending);
        Bytes joined = good[0];
        joined.insert(joined.end(), good[1].begin(), good[1].end());
        for (const std::vector<Bytes>& secrets :
             {std::vector<Bytes>{good[0]}, std::vector<Bytes>{good[1]}, std::vector<Bytes>{good[0], Bytes(32)},
              std::vector<Bytes>{good[1], good[0]}, std::vector<Bytes>{joined}, std::vector<Bytes>{}}) {
            const EnrolmentProof proof = scene.proof(scene.binding(pending, secrets));
            CHECK(reason_of(check_proof(pending, scene.exporter, proof, now)) == Reason::binding_mismatch);
        }
    }

    TEST_CASE("another AK than the request's proves nothing, and the TPM opens nothing for it (CVE-2021-3406)") {
        const Scene scene;
        const SoftAk other;
        const PendingEnrolment pending = scene.open();
        const std::vector<Bytes> secrets = scene.secrets(pending);
        const EnrolmentProof proof = scene.proof(scene.binding(pending, secrets), other);
        CHECK(reason_of(check_proof(pending, scene.exporter, proof, now)) == Reason::signature_invalid);
        CHECK_FALSE(scene.ecc.activate(pending.challenge().challenges[1], tpm_name(other.area())));
    }

    TEST_CASE("any single bit of the proof's quote or signature flipped is refused") {
        const Scene scene;
        const PendingEnrolment pending = scene.open();
        const EnrolmentProof good = scene.good_proof(pending);
        for (std::size_t bit = 0; bit < good.quote.size() * 8; ++bit) {
            CAPTURE(bit);
            CHECK_FALSE(check_proof(pending, scene.exporter, {flipped(good.quote, bit), good.signature}, now));
        }
        for (std::size_t bit = 0; bit < good.signature.size() * 8; ++bit) {
            CAPTURE(bit);
            CHECK_FALSE(check_proof(pending, scene.exporter, {good.quote, flipped(good.signature, bit)}, now));
        }
    }

    TEST_CASE("a proof has to select what was asked, and be signed by a primary key of the endorsement hierarchy") {
        Scene scene;
        const PendingEnrolment pending = scene.open();
        const std::vector<Bytes> secrets = scene.secrets(pending);
        const EnrolmentProof good = scene.proof(scene.binding(pending, secrets));
        const auto refused = [&](auto change) {
            QuoteAttest attest = decode_quote_attest(good.quote).value();
            change(attest);
            const SignedQuote changed = scene.ak.sign_attest(attest);
            return reason_of(check_proof(pending, scene.exporter, {changed.quote, changed.signature}, now));
        };
        CHECK(refused([](QuoteAttest& a) { a.selection = {}; }) == Reason::pcr_selection_mismatch);
        CHECK(refused([](QuoteAttest& a) { a.selection[0].pcrs = 1; }) == Reason::pcr_selection_mismatch);
        CHECK(refused([](QuoteAttest& a) { a.selection[0].bank = HashAlg::sha1; }) == Reason::pcr_selection_mismatch);
        CHECK(refused([](QuoteAttest& a) { a.qualified_signer.back() ^= 1U; }) == Reason::signer_mismatch);
        CHECK(refused([&](QuoteAttest& a) {
                  a.qualified_signer = tpm_name(scene.ak.area());
              }) == Reason::signer_mismatch);
    }

    TEST_CASE("a report's quote is no proof, whatever it says: the two have tags of their own") {
        const Scene scene;
        const PendingEnrolment pending = scene.open();
        const Digest extra = report_extra_data(
            {.hash = HashAlg::sha256,
             .nonce = {},
             .device = pending.checked().new_device_id(),
             .ak_name = tpm_name(scene.ak.area()),
             .selection = encode_pcr_selection(scene.selection),
             .exporter = scene.exporter,
             .statement = {}}
        );
        const SignedQuote quote = scene.ak.quote(extra.bytes(), scene.selection, scene.values);
        CHECK(
            reason_of(check_proof(pending, scene.exporter, {quote.quote, quote.signature}, now)) ==
            Reason::binding_mismatch
        );
    }

    TEST_CASE("an enrolment is open for five minutes to the millisecond") {
        const Scene scene;
        const PendingEnrolment pending = scene.open();
        const EnrolmentProof proof = scene.good_proof(pending);
        const auto at = [&](std::int64_t ms) {
            return check_proof(pending, scene.exporter, proof, now + std::chrono::milliseconds(ms));
        };
        CHECK(at(299'999));
        CHECK(reason_of(at(300'000)) == Reason::enrolment_expired);
        CHECK(reason_of(at(300'001)) == Reason::enrolment_expired);
    }
}
