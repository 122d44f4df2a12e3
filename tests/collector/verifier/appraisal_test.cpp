#include "collector/verifier/appraisal.hpp"

#include "tests/collector/verifier/report_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::appraised;
using test::ReportScene;

namespace {

constexpr std::chrono::minutes valid_for{30};

DeviceHistory history_of(const ReportScene& scene) {
    return {
        .last = LastClock{scene.attest.clock, scene.now - std::chrono::minutes(10)},
        .last_attest = sha256("last"),
        .last_previous = {},
        .last_sequence = 1,
        .tpm_firmware = scene.attest.firmware_version
    };
}

Standing active(UnixMillis since) {
    return new_standing({Lifecycle::active, Reason::ek_chain_trusted, "chain to \"CN=Vendor\"", since}, since);
}

DeviceFailure failure(Reason reason) {
    return {reason, "why", {failed(step::pcr_digest, reason, "why")}};
}

}  // namespace

TEST_SUITE("appraisal") {
    TEST_CASE("a good report affirms identity, and nothing that was not appraised") {
        const ReportScene scene;
        const Appraisal appraisal = appraised(scene.facts().value());
        CHECK(appraisal.accepted());
        CHECK(appraisal.identity() == AppraisedAxis{Verdict::affirming, Reason::quote_accepted, ""});
        CHECK(appraisal.boot() == AppraisedAxis{Verdict::none, Reason::boot_not_appraised, ""});
        CHECK(appraisal.runtime() == AppraisedAxis{Verdict::none, Reason::runtime_not_appraised, ""});
        CHECK_FALSE(appraisal.review());
    }

    TEST_CASE("an all-zero PCR speaks against the boot") {
        ReportScene scene;
        scene.values[HashAlg::sha256].at(*PcrIndex::from(0)) = Digest::zero(HashAlg::sha256);
        const Appraisal appraisal = appraised(scene.facts().value());
        CHECK(appraisal.boot().verdict == Verdict::contraindicated);
        CHECK(appraisal.boot().reason == Reason::pcr_all_zero);
        const Standing standing = advance(active(scene.now), appraisal, scene.now, valid_for);
        CHECK_FALSE(trusted(standing, {}, scene.now));
        CHECK(worst(standing, scene.now).reason == Reason::pcr_all_zero);
    }

    TEST_CASE("a replayed report says nothing of boot and runtime, and says so") {
        ReportScene scene;
        scene.inventory.replayed = true;
        scene.statement.root = "/srv/tree";
        scene.name_documents();
        const Appraisal appraisal = appraised(scene.facts().value());
        CHECK(appraisal.boot().reason == Reason::replayed);
        CHECK(appraisal.runtime().reason == Reason::replayed);
    }

    TEST_CASE("each break in a device's history has its verdict; who reset a TPM's clock is for a person to find out") {
        const auto after = [](auto change) {
            ReportScene scene;
            const DeviceHistory history = history_of(scene);
            scene.statement.previous = history.last_attest;
            scene.statement.sequence = 2;
            change(scene);
            return appraised(scene.facts(history).value());
        };
        CHECK(after([](ReportScene&) {}).identity().verdict == Verdict::affirming);
        const Appraisal mismatch = after([](ReportScene& s) { s.statement.previous = sha256("other"); });
        CHECK(mismatch.identity().verdict == Verdict::warning);
        CHECK(mismatch.identity().reason == Reason::previous_mismatch);
        CHECK_FALSE(mismatch.review());
        const Appraisal firmware = after([](ReportScene& s) { s.attest.firmware_version += 1; });
        CHECK(firmware.identity().verdict == Verdict::warning);
        CHECK(firmware.identity().reason == Reason::tpm_firmware_changed);
        const Appraisal cleared = after([](ReportScene& s) { s.attest.clock = {0, 0, 0, true}; });
        CHECK(cleared.identity().verdict == Verdict::warning);
        CHECK(cleared.identity().reason == Reason::tpm_cleared);
        CHECK(cleared.review()->reason == Reason::tpm_cleared);
        const Appraisal back = after([](ReportScene& s) { s.attest.clock.reset_count -= 1; });
        CHECK(back.identity().verdict == Verdict::contraindicated);
        CHECK(back.review()->reason == Reason::clock_went_back);
        const Appraisal rebooted = after([](ReportScene& s) { s.attest.clock.reset_count += 1; });
        CHECK(rebooted.identity().verdict == Verdict::affirming);
        for (const Appraisal& one : {mismatch, firmware, cleared, back, rebooted}) CHECK(one.accepted());
    }

    TEST_CASE("a review takes an active device back to pending_review, where its next good report leaves it") {
        ReportScene scene;
        const DeviceHistory history = history_of(scene);
        scene.attest.clock = {0, 0, 0, true};
        const Appraisal cleared = appraised(scene.facts(history).value());
        Standing standing = advance(active(scene.now), cleared, scene.now, valid_for);
        CHECK(standing.lifecycle.state == Lifecycle::pending_review);
        CHECK(standing.lifecycle.reason == Reason::tpm_cleared);
        CHECK_FALSE(trusted(standing, {}, scene.now));
        standing = advance(standing, appraised(ReportScene().facts().value()), scene.now, valid_for);
        CHECK(standing.identity.verdict == Verdict::affirming);
        CHECK(standing.lifecycle.state == Lifecycle::pending_review);
        CHECK_FALSE(trusted(standing, {}, scene.now));
        Standing retired = active(scene.now);
        set_lifecycle(retired, Lifecycle::retired, Reason::retired, "", scene.now);
        CHECK(advance(retired, cleared, scene.now, valid_for).lifecycle.state == Lifecycle::retired);
    }

    TEST_CASE("a report that was overtaken changes nothing") {
        ReportScene scene;
        DeviceHistory history = history_of(scene);
        history.last->accepted_at = scene.now;  // after this report's challenge was issued
        scene.attest.clock.clock_ms -= 1;
        const Appraisal appraisal = appraised(scene.facts(history).value());
        CHECK(appraisal.superseded());
        CHECK_FALSE(appraisal.accepted());
        const Standing before = active(scene.now - std::chrono::hours(1));
        CHECK(advance(before, appraisal, scene.now, valid_for) == before);
    }

    TEST_CASE("a device failure ends in its standing with its reason, and trust with it") {
        const UnixMillis then{1'800'000'000'000};
        const Standing good = advance(active(then), appraised(ReportScene().facts().value()), then, valid_for);
        REQUIRE(trusted(good, {}, then));
        for (const Reason reason :
             {Reason::pcr_selection_mismatch, Reason::pcr_selection_empty, Reason::pcr_values_incomplete,
              Reason::pcr_digest_mismatch, Reason::statement_other_device, Reason::statement_contradicts_inventory,
              Reason::statement_malformed, Reason::document_malformed, Reason::document_missing}) {
            CAPTURE(word(reason));
            const Appraisal appraisal = appraise(failure(reason));
            CHECK_FALSE(appraisal.accepted());
            const UnixMillis now = then + std::chrono::minutes(1);
            const Standing standing = advance(good, appraisal, now, valid_for);
            CHECK(standing.identity.reason == reason);
            CHECK(standing.identity.verdict != Verdict::affirming);
            CHECK(standing.identity.since == now);
            CHECK(standing.boot.reason == Reason::earlier_check_failed);
            CHECK_FALSE(trusted(standing, {}, now));
            CHECK(standing.reported_at == good.reported_at);
        }
        CHECK(appraise(failure(Reason::pcr_digest_mismatch)).identity().verdict == Verdict::contraindicated);
        CHECK(appraise(failure(Reason::document_missing)).identity().verdict == Verdict::warning);
    }

    TEST_CASE("a failed report prolongs nothing: freshness runs out when the last accepted one's does") {
        const UnixMillis then{1'800'000'000'000};
        const Standing good = advance(active(then), appraised(ReportScene().facts().value()), then, valid_for);
        const UnixMillis end = then + valid_for;
        REQUIRE(good.valid_until == end);
        Standing standing = good;
        for (UnixMillis now = then; now < end + valid_for; now = now + std::chrono::minutes(10)) {
            standing = advance(standing, appraise(failure(Reason::document_missing)), now, valid_for);
            CHECK(standing.reported_at == then);
            CHECK(standing.valid_until == end);
            const Freshness expected = now < end ? Freshness::fresh : Freshness::overdue;
            CHECK(freshness_of(standing, now).state == expected);
            CHECK_FALSE(trusted(standing, {}, now));
            // Nor where an operator asks for no identity.
            CHECK(trusted(standing, {.identity = false}, now) == (now < end));
        }
        // A device that never had a good report does not seem to have had one.
        const Standing never = advance(active(then), appraise(failure(Reason::document_missing)), then, valid_for);
        CHECK_FALSE(never.reported_at);
        CHECK(freshness_of(never, then).state == Freshness::never_reported);
        // The next good one is valid from then on.
        standing = advance(standing, appraised(ReportScene().facts().value()), end + valid_for, valid_for);
        CHECK(standing.valid_until == end + valid_for + valid_for);
        CHECK(trusted(standing, {}, end + valid_for));
    }

    TEST_CASE("since when: it stays while verdict and reason do") {
        const UnixMillis first{1'800'000'000'000};
        const UnixMillis second = first + std::chrono::minutes(10);
        const Appraisal good = appraised(ReportScene().facts().value());
        Standing standing = advance(active(first), good, first, valid_for);
        standing = advance(standing, good, second, valid_for);
        CHECK(standing.identity.since == first);
        CHECK(standing.reported_at == second);
        CHECK(standing.valid_until == second + valid_for);
        standing = advance(standing, appraise(failure(Reason::pcr_digest_mismatch)), second, valid_for);
        CHECK(standing.identity.since == second);
    }

    TEST_CASE("the answer carries lifecycle, verdicts, checks and what to name as prev") {
        const ReportScene scene;
        const Facts facts = scene.facts().value();
        const Appraisal appraisal = appraised(facts);
        const Standing standing = advance(active(scene.now), appraisal, scene.now, valid_for);
        const ReportResult result =
            report_result(standing, appraisal, facts.attest_sha256(), std::chrono::seconds(600));
        CHECK(decode_report_result(encode_report_result(result)).value() == result);
        CHECK(result.lifecycle == "active");
        CHECK(result.identity == "affirming");
        CHECK(result.boot == "none");
        CHECK(result.accepted == facts.attest_sha256());
        CHECK(result.next_report_s == 600);
        CHECK(result.checks == appraisal.checks());
        CHECK(result.checks.size() == facts.checks().size() + 3);
    }
}
