// After its authentication a report's failures are the device's own: selection, PCR values, statement.

#include "collector/verifier/report.hpp"
#include "tests/collector/verifier/report_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::ReportScene;

namespace {

DeviceFailure failure_of(const std::variant<VerifiedQuote, PcrValuesNeeded, DeviceFailure>& result) {
    REQUIRE(std::holds_alternative<DeviceFailure>(result));
    return std::get<DeviceFailure>(result);
}

PcrIndex pcr(unsigned index) {
    return *PcrIndex::from(index);
}

}  // namespace

TEST_SUITE("verify quote") {
    TEST_CASE("a good report is verified over SHA-256, SHA-384 and two banks, with every key kind") {
        PcrSelection both = select_pcrs(HashAlg::sha384, {0, 7});
        both.push_back({HashAlg::sha256, 0xff});
        for (const PcrSelection& selection :
             {select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7}), select_pcrs(HashAlg::sha384, {0, 7, 23}), both}) {
            for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
                CAPTURE(text(selection));
                CAPTURE(name(kind));
                const ReportScene scene(kind, selection);
                const VerifiedQuote verified = scene.verified();
                CHECK(verified.pcr_values() == scene.values);
                CHECK(verified.statement() == scene.statement);
                CHECK(verified.device() == scene.device);
            }
        }
    }

    TEST_CASE("signed over fewer, more, other or no PCRs than were asked (CVE-2022-0317, CVE-2024-29039)") {
        const ReportScene scene;
        const auto signed_over = [&scene](const PcrSelection& selection) {
            const Report sent = scene.report_with([&selection](QuoteAttest& attest) { attest.selection = selection; });
            return failure_of(scene.verify(sent));
        };
        const DeviceFailure smaller = signed_over(select_pcrs(HashAlg::sha256, {0, 1, 2}));
        CHECK(smaller.reason == Reason::pcr_selection_mismatch);
        CHECK(smaller.detail == "asked for sha256:0,1,2,7, signed over sha256:0,1,2");
        CHECK(signed_over(select_pcrs(HashAlg::sha256, {0, 1, 2, 7, 16})).reason == Reason::pcr_selection_mismatch);
        CHECK(signed_over(select_pcrs(HashAlg::sha256, {0, 1, 2, 6})).reason == Reason::pcr_selection_mismatch);
        CHECK(signed_over(select_pcrs(HashAlg::sha1, {0, 1, 2, 7})).reason == Reason::pcr_selection_empty);
        CHECK(signed_over({{HashAlg::sha256, 0}}).reason == Reason::pcr_selection_empty);
        CHECK(signed_over({}).reason == Reason::pcr_selection_empty);
        PcrSelection more_banks = scene.challenge.selection;
        more_banks.push_back({HashAlg::sha1, 1});
        CHECK(signed_over(more_banks).reason == Reason::pcr_selection_mismatch);
    }

    TEST_CASE("one empty bank of two that were asked is a failure (an inactive bank)") {
        PcrSelection both = select_pcrs(HashAlg::sha256, {0, 7});
        both.push_back({HashAlg::sha384, 0x81});
        const ReportScene scene(AkKind::ecc_p256_sha256, both);
        const Report sent = scene.report_with([](QuoteAttest& attest) { attest.selection[1].pcrs = 0; });
        CHECK(failure_of(scene.verify(sent)).reason == Reason::pcr_selection_empty);
    }

    TEST_CASE("an empty bank beside the asked one, as some TPMs write it, changes no meaning") {
        const ReportScene scene;
        const Report sent =
            scene.report_with([](QuoteAttest& attest) { attest.selection.push_back({HashAlg::sha1, 0}); });
        CHECK(std::holds_alternative<VerifiedQuote>(scene.verify(sent)));
    }

    TEST_CASE("a PCR value changed in any bit, or given to another PCR or bank (CVE-2024-29039)") {
        const ReportScene scene;
        const Report good = scene.report();
        const auto with_values = [&](auto change) {
            Report sent = good;
            change(*sent.pcr_values);
            return failure_of(scene.verify(sent)).reason;
        };
        for (std::size_t bit = 0; bit < 256; ++bit) {
            CHECK(with_values([bit](PcrValues& values) {
                      const Bytes changed = test::flipped(to_bytes(values[HashAlg::sha256].at(pcr(7)).bytes()), bit);
                      values[HashAlg::sha256].at(pcr(7)) = *Digest::of(HashAlg::sha256, changed);
                  }) == Reason::pcr_digest_mismatch);
        }
        CHECK(with_values([](PcrValues& values) {
                  std::swap(values[HashAlg::sha256].at(pcr(0)), values[HashAlg::sha256].at(pcr(7)));
              }) == Reason::pcr_digest_mismatch);
        CHECK(with_values([](PcrValues& values) {
                  auto node = values[HashAlg::sha256].extract(pcr(7));
                  node.key() = pcr(8);
                  values[HashAlg::sha256].insert(std::move(node));
              }) == Reason::pcr_values_incomplete);
        CHECK(with_values([](PcrValues& values) {
                  std::map<PcrIndex, Digest> shorter;
                  for (const auto& [index, value] : values[HashAlg::sha256]) {
                      shorter.emplace(index, *Digest::of(HashAlg::sha1, value.bytes().first(20)));
                  }
                  values.clear();
                  values[HashAlg::sha1] = shorter;
              }) == Reason::pcr_values_incomplete);
    }

    TEST_CASE("no PCR outside the signed selection can enter a decision (attestation-rs 69)") {
        const ReportScene scene;
        Report sent = scene.report();
        sent.pcr_values->at(HashAlg::sha256).emplace(pcr(4), Digest::zero(HashAlg::sha256));
        CHECK(failure_of(scene.verify(sent)).reason == Reason::pcr_values_incomplete);
        sent = scene.report();
        (*sent.pcr_values)[HashAlg::sha1].emplace(pcr(0), Digest::zero(HashAlg::sha1));
        CHECK(failure_of(scene.verify(sent)).reason == Reason::pcr_values_incomplete);
        sent = scene.report();
        sent.pcr_values->at(HashAlg::sha256).erase(pcr(0));
        CHECK(failure_of(scene.verify(sent)).reason == Reason::pcr_values_incomplete);
    }

    TEST_CASE("a pcrDigest of another length or made with another hash is a failure") {
        const ReportScene scene;
        const auto with_digest = [&scene](Bytes digest) {
            const Report sent =
                scene.report_with([&digest](QuoteAttest& attest) { attest.pcr_digest = std::move(digest); });
            return failure_of(scene.verify(sent)).reason;
        };
        const Bytes right = decode_quote_attest(scene.report().quote)->pcr_digest;
        CHECK(with_digest({}) == Reason::pcr_digest_mismatch);
        CHECK(with_digest(Bytes(right.begin(), right.end() - 1)) == Reason::pcr_digest_mismatch);
        const auto other = pcr_digest(HashAlg::sha384, scene.challenge.selection, scene.values);
        CHECK(with_digest(to_bytes(other->bytes())) == Reason::pcr_digest_mismatch);
    }

    TEST_CASE("values are asked for when nobody has them, and again when the collector's own do not fit") {
        const ReportScene scene;
        Report sent = scene.report();
        sent.pcr_values.reset();
        CHECK(std::holds_alternative<PcrValuesNeeded>(scene.verify(sent)));
        CHECK(std::holds_alternative<VerifiedQuote>(scene.verify(sent, &scene.values)));
        PcrValues stale = scene.values;
        stale[HashAlg::sha256].at(pcr(0)) = Digest::zero(HashAlg::sha256);
        CHECK(std::holds_alternative<PcrValuesNeeded>(scene.verify(sent, &stale)));
        const PcrValues none;
        CHECK(std::holds_alternative<PcrValuesNeeded>(scene.verify(sent, &none)));
    }

    TEST_CASE("a wrong selection is the device's failure before anyone asks for values") {
        const ReportScene scene;
        Report sent = scene.report_with([](QuoteAttest& attest) { attest.selection = {}; });
        sent.pcr_values.reset();
        CHECK(failure_of(scene.verify(sent)).reason == Reason::pcr_selection_empty);
    }

    TEST_CASE("a signed statement that is none, or speaks for another device, is the device's failure") {
        ReportScene scene;
        const auto signed_statement = [&scene](std::string_view body) {
            Report sent = scene.report();
            sent.statement = to_bytes(body);
            const Digest extra = scene.extra_data(sent.statement);
            const auto quote = scene.ak.quote(extra.bytes(), scene.challenge.selection, scene.values);
            sent.quote = quote.quote;
            sent.signature = quote.signature;
            return failure_of(scene.verify(sent));
        };
        CHECK(signed_statement("{}").reason == Reason::statement_malformed);
        CHECK(signed_statement("not json").reason == Reason::statement_malformed);
        CHECK(signed_statement(encode_statement(scene.statement) + " ").reason == Reason::statement_malformed);
        Statement other = scene.statement;
        other.device = DeviceId::of_ek(as_bytes("another"));
        CHECK(signed_statement(encode_statement(other)).reason == Reason::statement_other_device);
    }

    TEST_CASE("a failure lists every step up to it, and ends there (keylime 94d308a1)") {
        const ReportScene scene;
        Report sent = scene.report();
        sent.pcr_values->at(HashAlg::sha256).at(pcr(0)) = Digest::zero(HashAlg::sha256);
        const DeviceFailure failure = failure_of(scene.verify(sent));
        std::vector<std::string> steps;
        steps.reserve(failure.checks.size());
        for (const CheckResult& check : failure.checks) steps.push_back(check.check + " " + check.outcome);
        const std::vector<std::string> expected{"magic passed",      "type passed",
                                                "signature passed",  "qualified_signer passed",
                                                "extra_data passed", "pcr_selection passed",
                                                "pcr_digest failed"};
        CHECK(steps == expected);
        CHECK(failure.checks.back().reason == "pcr_digest_mismatch");
    }
}
