#include "collector/verifier/report.hpp"
#include "tests/collector/verifier/report_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::find_check;
using test::ReportScene;

namespace {

Reason reason_of(const std::expected<Facts, DeviceFailure>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().reason;
}

// What the device's last accepted report left behind.
DeviceHistory history_of(const ReportScene& scene) {
    return {
        .last = LastClock{scene.attest.clock, scene.now - std::chrono::minutes(10)},
        .last_attest = sha256("last"),
        .last_previous = sha256("before last"),
        .last_sequence = 41,
        .tpm_firmware = scene.attest.firmware_version
    };
}

CheckResult check_of(const std::expected<Facts, DeviceFailure>& facts, std::string_view step) {
    REQUIRE(facts.has_value());
    const CheckResult* found = find_check(facts->checks(), step);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace

TEST_SUITE("facts") {
    TEST_CASE("a first report establishes its documents, and its checks stand in order") {
        ReportScene scene;
        scene.placement.emplace();
        scene.name_documents();
        const auto facts = scene.facts();
        REQUIRE(facts);
        CHECK(facts->new_inventory() == scene.inventory);
        CHECK(facts->new_placement() == scene.placement);
        CHECK_FALSE(facts->new_firmware_manifest());
        CHECK_FALSE(facts->new_modules());
        CHECK(facts->new_documents().size() == 2);
        CHECK(facts->attest_sha256() == sha256(facts->quote().quote_bytes()));
        CHECK_FALSE(facts->replayed());
        std::vector<std::string> steps;
        for (const CheckResult& check : facts->checks()) steps.push_back(check.check);
        const std::vector<std::string> expected{"magic",      "type",          "signature",    "qualified_signer",
                                                "extra_data", "pcr_selection", "pcr_digest",   "statement",
                                                "documents",  "event_log",     "pcr_not_zero", "previous",
                                                "counters",   "tpm_firmware"};
        CHECK(steps == expected);
        CHECK(check_of(facts, step::event_log).outcome == "not_appraised");
    }

    TEST_CASE("firmware manifest and modules are decoded as strictly as the inventory") {
        ReportScene scene;
        const FirmwareManifest manifest{LogReach::whole, {{"e100", "e100/b.bin"}}};
        const ModuleList modules{"6.1.0", SignatureCheck::tainted, {{.name = "e100"}}};
        const auto give = [&scene](DocumentKind kind, const std::string& text) {
            scene.documents[kind] = to_bytes(text);
            scene.statement.documents.clear();
            for (const auto& [given, bytes] : scene.documents)
                scene.statement.documents.push_back({given, sha256(bytes), bytes.size()});
        };
        scene.name_documents();
        give(DocumentKind::firmware_manifest, encode_firmware_manifest(manifest));
        give(DocumentKind::modules, encode_module_list(modules));
        const auto facts = scene.facts();
        REQUIRE(facts);
        CHECK(facts->new_firmware_manifest() == manifest);
        CHECK(facts->new_modules() == modules);
        give(DocumentKind::modules, encode_module_list(modules) + " ");
        const auto refused = scene.facts();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().reason == Reason::document_malformed);
    }

    TEST_CASE("a document that the device gave before needs no upload and is not decoded again") {
        const ReportScene scene;
        const std::vector known{KnownDocument{scene.statement.documents[0]}};
        const auto facts =
            establish_facts(replay_log(scene.verified(), nullptr), {}, known, AskedDocuments(), scene.now);
        REQUIRE(facts);
        CHECK_FALSE(facts->new_inventory());
        CHECK(facts->new_documents().empty());
    }

    TEST_CASE("a document neither known nor uploaded, or known under another kind, is missing") {
        const ReportScene scene;
        CHECK(
            reason_of(establish_facts(replay_log(scene.verified(), nullptr), {}, {}, AskedDocuments(), scene.now)) ==
            Reason::document_missing
        );
        KnownDocument other{scene.statement.documents[0]};
        other.ref.kind = DocumentKind::placement;
        CHECK(
            reason_of(establish_facts(
                replay_log(scene.verified(), nullptr), {}, std::vector{other}, AskedDocuments(), scene.now
            )) == Reason::document_missing
        );
    }

    TEST_CASE("an upload of another size than this statement names is missing") {
        ReportScene scene;
        const AskedDocuments uploads = scene.uploads();
        scene.statement.documents[0].size += 1;
        CHECK(
            reason_of(establish_facts(replay_log(scene.verified(), nullptr), {}, {}, uploads, scene.now)) ==
            Reason::document_missing
        );
    }

    TEST_CASE("a document whose bytes are named rightly but are no inventory is malformed") {
        ReportScene scene;
        for (const std::string_view body : {"{}", "not json", "\xff"}) {
            const DocumentRef ref{DocumentKind::inventory, sha256(body), body.size()};
            scene.statement.documents = {ref};
            AskedDocuments uploads({ref});
            REQUIRE(uploads.put(ref.sha256, to_bytes(body)));
            CHECK(
                reason_of(establish_facts(replay_log(scene.verified(), nullptr), {}, {}, uploads, scene.now)) ==
                Reason::document_malformed
            );
        }
    }

    TEST_CASE("an inventory from a tree makes the facts replayed, and both must say so") {
        ReportScene scene;
        scene.inventory.replayed = true;
        scene.name_documents();
        CHECK(reason_of(scene.facts()) == Reason::statement_contradicts_inventory);
        scene.statement.root = "/srv/tree";
        CHECK(scene.facts()->replayed());
        scene.inventory.replayed = false;
        scene.name_documents();
        CHECK(reason_of(scene.facts()) == Reason::statement_contradicts_inventory);
    }

    TEST_CASE("a replayed inventory that was given before cannot pass as one of a live machine later") {
        const ReportScene scene;
        const std::vector known{KnownDocument{scene.statement.documents[0], true}};
        CHECK(
            reason_of(establish_facts(replay_log(scene.verified(), nullptr), {}, known, AskedDocuments(), scene.now)) ==
            Reason::statement_contradicts_inventory
        );
    }

    TEST_CASE("each PCR from 0 to 7 that is zero is named, PCRs from 8 on may be zero (TPM Carte Blanche, EVE 6162)") {
        for (unsigned index = 0; index < 24; ++index) {
            CAPTURE(index);
            PcrSelection all{{HashAlg::sha256, 0xffffff}};
            ReportScene scene(AkKind::ecc_p256_sha256, all);
            scene.values[HashAlg::sha256].at(*PcrIndex::from(index)) = Digest::zero(HashAlg::sha256);
            const CheckResult check = check_of(scene.facts(), step::pcr_zero);
            CHECK(check.outcome == (index < 8 ? "failed" : "passed"));
            if (index < 8) {
                CHECK(check.reason == "pcr_all_zero");
                CHECK(check.detail == "sha256:" + std::to_string(index) + " is zero");
            }
        }
        const ReportScene without(AkKind::ecc_p256_sha256, select_pcrs(HashAlg::sha256, {10}));
        CHECK(check_of(without.facts(), step::pcr_zero).outcome == "not_appraised");
    }

    TEST_CASE("prev: the last accepted report, or a reason why not") {
        ReportScene scene;
        const DeviceHistory history = history_of(scene);
        const auto previous = [&](std::optional<Sha256> named, std::uint64_t sequence, const DeviceHistory& past) {
            scene.statement.previous = named;
            scene.statement.sequence = sequence;
            const CheckResult check = check_of(scene.facts(past), step::previous);
            return check.outcome + " " + check.reason;
        };
        CHECK(previous(sha256("last"), 42, history) == "passed ");
        CHECK(previous(sha256("last"), 50, history) == "passed ");
        CHECK(previous(sha256("last"), 41, history) == "failed sequence_went_back");
        CHECK(previous(sha256("before last"), 41, history) == "passed answer_was_lost");
        CHECK(previous(sha256("long ago"), 42, history) == "failed previous_mismatch");
        CHECK(previous(std::nullopt, 1, history) == "failed previous_missing");
        CHECK(previous(std::nullopt, 1, {}) == "passed first_report");
        CHECK(previous(sha256("another collector's"), 7, {}) == "failed previous_mismatch");
        DeviceHistory one = history;
        one.last_previous.reset();
        CHECK(previous(std::nullopt, 1, one) == "passed answer_was_lost");
    }

    TEST_CASE("counters and the TPM's firmware version are compared with the last report's") {
        ReportScene scene;
        const DeviceHistory history = history_of(scene);
        const auto outcome = [&](std::string_view step) {
            const CheckResult check = check_of(scene.facts(history), step);
            return check.outcome + " " + check.reason;
        };
        scene.attest.clock.clock_ms += 600'000;
        CHECK(outcome(step::counters) == "passed ");
        CHECK(outcome(step::tpm_firmware) == "passed ");
        scene.attest.clock.reset_count += 1;
        CHECK(outcome(step::counters) == "passed rebooted");
        scene.attest.clock = {.clock_ms = 0, .reset_count = 0, .restart_count = 0, .safe = true};
        CHECK(outcome(step::counters) == "failed tpm_cleared");
        scene.attest.clock = history.last->clock;
        scene.attest.clock.reset_count -= 1;
        CHECK(outcome(step::counters) == "failed clock_went_back");
        for (unsigned bit = 0; bit < 64; ++bit) {
            scene.attest.firmware_version = *history.tpm_firmware ^ (std::uint64_t{1} << bit);
            CHECK(outcome(step::tpm_firmware) == "failed tpm_firmware_changed");
        }
        const CheckResult changed = check_of(scene.facts(history), step::tpm_firmware);
        CHECK(changed.detail == "was 0x0001000200030004, is 0x8001000200030004");
    }
}
