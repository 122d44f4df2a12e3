#include "tests/collector/bundle/bundle_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::BundleScene;
using test::find_step;

namespace {

std::string outcome(const BundleVerdict& verdict, std::string_view step) {
    const BundleStep* found = find_step(verdict, step);
    return found == nullptr ? "none" : found->result.outcome;
}
std::string reason(const BundleVerdict& verdict, std::string_view step) {
    const BundleStep* found = find_step(verdict, step);
    return found == nullptr ? "none" : found->result.reason;
}
bool proven(const BundleVerdict& verdict, std::string_view step) {
    const BundleStep* found = find_step(verdict, step);
    return found != nullptr && found->basis == Basis::proven && found->result.outcome == "passed";
}

std::vector<std::string> failed_steps(const BundleVerdict& verdict) {
    std::vector<std::string> out;
    for (const BundleStep& one : verdict.steps) {
        if (one.result.outcome == "failed") out.push_back(one.result.check);
    }
    return out;
}

using Steps = std::vector<std::string>;

}  // namespace

TEST_SUITE("verify_bundle") {
    TEST_CASE_FIXTURE(BundleScene, "with the CAs of the TPM's vendor and of the collector all is proven that can be") {
        const BundleVerdict verdict = verified(bundle(), pins);
        CHECK(failed_steps(verdict) == Steps{});
        CHECK(verdict.holds());
        for (const std::string_view step :
             {bundle_step::signature, bundle_step::ek_certificate, bundle_step::device_id, step::signature,
              step::signer, step::binding, step::pcr_digest, step::statement, step::documents, step::event_log,
              step::pcr_zero, step::boot_reference, step::ima, step::runtime_policy, bundle_step::packs,
              bundle_step::findings, bundle_step::collector}) {
            CAPTURE(step);
            CHECK(proven(verdict, step));
        }
        CHECK(verdict.boot.verdict == Verdict::affirming);
        CHECK(verdict.runtime.verdict == Verdict::affirming);
        CHECK(verdict.proof == ProofLevel::attested_os);
        CHECK(verdict.findings.size() == 1);
    }

    TEST_CASE_FIXTURE(
        BundleScene, "what is a conversation, a clock or a person's word stays the collector's, whatever is pinned"
    ) {
        const BundleVerdict verdict = verified(bundle(), pins);
        for (const std::string_view step :
             {bundle_step::activation, bundle_step::freshness, step::previous, step::counters, step::tpm_firmware,
              bundle_step::approval}) {
            CAPTURE(step);
            REQUIRE(find_step(verdict, step) != nullptr);
            CHECK(find_step(verdict, step)->basis == Basis::asserted);
        }
    }

    TEST_CASE_FIXTURE(
        BundleScene, "each pin vouches for one thing: a collector's CA for no endorsement key, a vendor's for no bundle"
    ) {
        const Bytes collector = to_bytes(as_bytes(ca.certificate));
        BundleVerdict verdict = verified(bundle(), {{{collector}, {}}, {{vendor.root()}, {}}, {}});
        CHECK(outcome(verdict, bundle_step::ek_certificate) == "not_appraised");
        CHECK(find_step(verdict, bundle_step::ek_certificate)->basis == Basis::asserted);
        CHECK(reason(verdict, bundle_step::signature) == "signer_not_pinned");
        CHECK(verdict.holds());
        // An endorsement key that the collector's own CA certified.
        Bundle forged = bundle();
        const test::EkAuthority own("Collector");
        forged.enrolment.keys.endorsement_keys.front().certificate = own.issue(ek.spki());
        forged.enrolment.keys.chain = {own.intermediate()};
        Pins both = pins;
        both.collectors.certificates.push_back(own.root());
        CHECK_FALSE(proven(verified(forged, both), bundle_step::ek_certificate));
    }

    TEST_CASE_FIXTURE(BundleScene, "a pin by its hash is a CA that the bundle carries, or none") {
        Bundle carrying = bundle();
        carrying.authorities = {vendor.root()};
        const Sha256 collector = read_ca_certificates(as_bytes(ca.certificate)).value().front().sha256;
        const BundleVerdict verdict = verified(carrying, {{{}, {sha256(vendor.root())}}, {{}, {collector}}, {}});
        CHECK(proven(verdict, bundle_step::ek_certificate));
        CHECK(proven(verdict, bundle_step::signature));
        const auto unknown = verify_bundle(files(carrying), {{{}, {sha256("another")}}, {}, {}}, {});
        REQUIRE_FALSE(unknown.has_value());
        CHECK(unknown.error().code == Errc::not_found);
    }

    TEST_CASE_FIXTURE(BundleScene, "a bundle without a signature, or one of somebody else, is said to be that") {
        const Bundle whole = bundle();
        const BundleVerdict bare = verify_bundle(encode_bundle(whole), pins, {}).value();
        CHECK(reason(bare, bundle_step::signature) == "document_not_signed");
        CHECK(find_step(bare, bundle_step::signature)->basis == Basis::asserted);
        BundleFiles others = files(whole);
        Bundle other = whole;
        other.site = "south";
        others[std::string(manifest_signature_file)] = files(other).at(std::string(manifest_signature_file));
        const BundleVerdict swapped = verify_bundle(others, pins, {}).value();
        CHECK(reason(swapped, bundle_step::signature) == "document_signature_invalid");
        CHECK_FALSE(swapped.holds());
    }

    TEST_CASE_FIXTURE(BundleScene, "any bit of quote or signature that is flipped fails, whoever signed the bundle") {
        const Bundle whole = bundle();
        for (std::size_t bit = 0; bit < whole.report.report.quote.size() * 8; bit += 5) {
            Bundle broken = whole;
            broken.report.report.quote = test::flipped(whole.report.report.quote, bit);
            CHECK(failed_steps(verified(broken, pins)) == Steps{"quote"});
        }
        for (std::size_t bit = 0; bit < whole.report.report.signature.size() * 8; bit += 17) {
            Bundle broken = whole;
            broken.report.report.signature = test::flipped(whole.report.report.signature, bit);
            CHECK(failed_steps(verified(broken, pins)) == Steps{"quote"});
        }
    }

    TEST_CASE_FIXTURE(BundleScene, "another nonce, exporter, selection, statement or device is not what was signed") {
        const Bundle whole = bundle();
        const auto refused = [this](const Bundle& broken) {
            return failed_steps(verified(broken, pins)) == Steps{"quote"};
        };
        Bundle broken = whole;
        broken.report.nonce[0] ^= 1U;
        CHECK(refused(broken));
        broken = whole;
        broken.report.exporter[31] ^= 1U;
        CHECK(refused(broken));
        broken = whole;
        broken.report.asked = select_pcrs(HashAlg::sha256, {0, 1});
        CHECK(refused(broken));
        broken = whole;
        broken.report.report.statement.back() = ' ';
        CHECK(refused(broken));
        broken = whole;
        broken.device = DeviceId{sha256("another")};
        CHECK(failed_steps(verified(broken, pins)) == Steps{"device_id"});
        broken = whole;
        broken.enrolment.keys.ak_public = test::SoftAk().public_area();
        CHECK(refused(broken));
    }

    TEST_CASE_FIXTURE(BundleScene, "a PCR value, a document or a log that is another fails by name") {
        const Bundle whole = bundle();
        Bundle broken = whole;
        (*broken.report.report.pcr_values)[HashAlg::sha256].at(*PcrIndex::from(7)) = hash(HashAlg::sha256, {});
        CHECK(failed_steps(verified(broken, pins)) == Steps{"pcr_digest"});
        for (const auto& [name, body] : whole.documents) {
            broken = whole;
            broken.documents.erase(name);
            CHECK(failed_steps(verified(broken, pins)).front() == "documents");
        }
        broken = whole;
        broken.ima.front().body = test::ima_bytes({aggregate()});
        broken.ima.front().entries = 1;
        CHECK(failed_steps(verified(broken, pins)) == Steps{"documents"});
        broken.ima.front().body.pop_back();
        CHECK(failed_steps(verified(broken, pins)) == Steps{"ima"});
    }

    TEST_CASE_FIXTURE(BundleScene, "a list that came in parts, and a tail behind the quote, are replayed whole") {
        for (const auto& [known, in_tail] :
             {std::pair(2U, 0U), std::pair(2U, 1U), std::pair(4U, 0U), std::pair(0U, 2U)}) {
            CAPTURE(known);
            CAPTURE(in_tail);
            const BundleVerdict verdict = verified(bundle(known, in_tail), pins);
            CHECK(failed_steps(verdict) == Steps{});
            CHECK(proven(verdict, step::ima));
            CHECK(verdict.runtime.verdict == Verdict::affirming);
        }
        Bundle broken = bundle(2, 1);
        broken.report.report.ima_tail.clear();
        CHECK(outcome(verified(broken, pins), step::ima) == "failed");
    }

    TEST_CASE_FIXTURE(
        BundleScene,
        "of a list that goes back before a kexec the collector's word is all there is, and no more is proven"
    ) {
        Bundle after = bundle();
        after.ima_whole = false;
        after.ima.clear();
        const BundleVerdict verdict = verified(after, pins);
        CHECK(failed_steps(verdict) == Steps{});
        CHECK(find_step(verdict, step::ima)->basis == Basis::asserted);
        CHECK(find_step(verdict, step::runtime_policy)->basis == Basis::asserted);
        CHECK(verdict.proof == ProofLevel::reported);
    }

    TEST_CASE_FIXTURE(BundleScene, "a collector that says more than the evidence is contradicted, signed or not") {
        const auto contradicted = [this](const Bundle& said) {
            const BundleVerdict verdict = verified(said, pins);
            return !verdict.holds() && reason(verdict, bundle_step::collector) == "bundle_contradicted";
        };
        Bundle said = bundle();
        said.references.clear();
        CHECK(contradicted(said));
        said = bundle();
        said.references.pop_back();
        CHECK(contradicted(said));
        said = bundle();
        said.appraisal.boot.verdict = Verdict::none;
        CHECK(contradicted(said));
        said = bundle();
        said.appraisal.proof = ProofLevel::device_signed;
        CHECK(contradicted(said));
        said = bundle();
        said.appraisal.checks.pop_back();
        CHECK(contradicted(said));
        said = bundle();
        said.appraisal.findings.clear();
        CHECK(failed_steps(verified(said, pins)) == Steps{"findings"});
    }

    TEST_CASE_FIXTURE(
        BundleScene, "a reviewer's signature makes an approval proven, under the CA that was pinned for it"
    ) {
        const PemIdentity reviewers = make_fleet_ca("Reviewers", validity).value();
        const PemIdentity ann = make_signing_certificate(reviewers, "Ann", validity).value();
        Bundle approved = bundle();
        for (BundledReference& one : approved.references) {
            one.signature = sign_document(as_bytes(one.text), ann).value();
        }
        CHECK(reason(verified(approved, pins), bundle_step::approval) == "signer_not_pinned");
        Pins with_reviewers = pins;
        with_reviewers.reviewers.certificates.push_back(to_bytes(as_bytes(reviewers.certificate)));
        CHECK(proven(verified(approved, with_reviewers), bundle_step::approval));
        approved.references.front().signature = approved.references.back().signature;
        CHECK(reason(verified(approved, with_reviewers), bundle_step::approval) == "document_signature_invalid");
    }

    TEST_CASE_FIXTURE(
        BundleScene, "packs that are others than this program ships are the collector's word, each named"
    ) {
        const auto detail = [this](const ShippedPacks& ours) {
            const BundleVerdict verdict = verify_bundle(files(bundle()), pins, ours).value();
            CHECK(find_step(verdict, bundle_step::packs)->basis == Basis::asserted);
            return find_step(verdict, bundle_step::packs)->result.detail;
        };
        CHECK(detail({}) == "1 packs, not the ones that this program ships: with test");
        shipped.emplace(sha256("more"), "fcc");
        CHECK(detail(shipped) == "1 packs, not the ones that this program ships: without fcc");
    }
}
