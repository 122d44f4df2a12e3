#include "collector/store/reports.hpp"

#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

void open_first(Store& store, std::string_view seed, std::uint64_t number, std::int64_t at) {
    store.write([&](Database& db) { open_interval(db, device_id("a"), interval(number, seed, at), {at + 100}); });
}

bool beat(Store& store, std::string_view seed, std::uint64_t epoch, std::uint64_t number, std::int64_t at) {
    const StoredReport next = report(seed, at);
    const Bytes tail = to_bytes(as_bytes(seed));
    return store.write([&](Database& db) {
        return record_heartbeat(
            db, {device_id("a"),
                 epoch,
                 number,
                 next.statement,
                 next.attest,
                 next.signature,
                 next.binding,
                 tail,
                 {at},
                 {at + 100}}
        );
    });
}

}  // namespace

TEST_SUITE("reports") {
    TEST_CASE_FIXTURE(Fixture, "reports that say the same extend one interval; its first and last are kept whole") {
        add(store, device("a"));
        open_first(store, "one", 1, 10);
        CHECK(beat(store, "two", 0, 1, 20));
        CHECK(beat(store, "three", 1, 1, 30));
        const auto found = store.read([](Database& db) { return last_interval(db, device_id("a")); });
        REQUIRE(found);
        CHECK(found->reports == 3);
        CHECK(found->first.attest == report("one", 10).attest);
        CHECK(found->last.attest == report("three", 30).attest);
        CHECK(found->last.statement == report("three", 30).statement);
        CHECK(found->first.binding == report("one", 10).binding);
        CHECK(found->last.binding == report("three", 30).binding);
        CHECK(found->first.ima_tail.empty());
        CHECK(found->last.ima_tail == to_bytes(as_bytes("three")));
        CHECK(found->last.accepted_at == UnixMillis{30});
        CHECK(found->pcr_values == interval(1, "one", 10).pcr_values);
        const auto seen = store.read([](Database& db) { return find_device(db, device_id("a")); });
        CHECK(seen->standing.reported_at == UnixMillis{30});
        CHECK(seen->standing.valid_until == UnixMillis{130});
        CHECK(seen->epoch == 2);
    }

    TEST_CASE_FIXTURE(Fixture, "a report judged by an older epoch, or of an older interval, changes nothing") {
        add(store, device("a"));
        open_first(store, "one", 1, 10);
        CHECK(beat(store, "two", 0, 1, 20));
        CHECK(!beat(store, "late", 0, 1, 30));
        CHECK(!beat(store, "late", 1, 2, 30));
        const auto found = store.read([](Database& db) { return last_interval(db, device_id("a")); });
        CHECK(found->reports == 2);
        CHECK(found->last.attest == report("two", 20).attest);
    }

    TEST_CASE_FIXTURE(Fixture, "a new interval closes the one before with what was its last report") {
        add(store, device("a"));
        open_first(store, "one", 1, 10);
        CHECK(beat(store, "two", 0, 1, 20));
        open_first(store, "three", 2, 30);
        const auto found = store.read([](Database& db) { return report_intervals(db, device_id("a"), 10); });
        REQUIRE(found.size() == 2);
        CHECK(found[0].number == 2);
        CHECK(found[0].reports == 1);
        CHECK(found[1].number == 1);
        CHECK(found[1].reports == 2);
        CHECK(found[1].last.attest == report("two", 20).attest);
        CHECK(found[1].last.accepted_at == UnixMillis{20});
    }

    TEST_CASE_FIXTURE(Fixture, "PCR values are found by device, selection and digest, for no other device") {
        add(store, device("a"));
        add(store, device("b"));
        open_first(store, "one", 1, 10);
        const auto known = [this](std::string_view who, std::string_view selection, std::string_view digest) {
            return store.read([=](Database& db) {
                return known_pcr_values(db, device_id(who), selection, as_bytes(digest));
            });
        };
        CHECK(known("a", "sha256:0,7", "digest one") == interval(1, "one", 10).pcr_values);
        CHECK(!known("b", "sha256:0,7", "digest one"));
        CHECK(!known("a", "sha256:0", "digest one"));
        CHECK(!known("a", "sha256:0,7", "digest two"));
    }
}

TEST_SUITE("documents") {
    TEST_CASE_FIXTURE(Fixture, "a document that one device gave is not had by another") {
        add(store, device("a"));
        add(store, device("b"));
        const Bytes body = to_bytes("inventory");
        const Sha256 name = sha256(body);
        const KnownDocument document{{DocumentKind::inventory, name, body.size()}, true};
        store.write([&](Database& db) { keep_document(db, device_id("a"), document, body, {1}); });
        store.write([&](Database& db) { keep_document(db, device_id("a"), document, body, {2}); });
        CHECK(store.read([&](Database& db) { return known_documents(db, device_id("a")); }) == std::vector{document});
        CHECK(store.read([&](Database& db) { return known_documents(db, device_id("b")); }).empty());
        CHECK(store.read([&](Database& db) { return document_of(db, device_id("a"), name); }) == body);
        CHECK(!store.read([&](Database& db) { return document_of(db, device_id("b"), name); }));
    }

    TEST_CASE_FIXTURE(Fixture, "the current document of a kind is the one that the open interval names") {
        add(store, device("a"));
        const auto current = [this](DocumentKind kind) {
            return store.read([kind](Database& db) { return current_document(db, device_id("a"), kind); });
        };
        const auto report = [this](std::uint64_t number, const std::string& text) {
            const KnownDocument document{{DocumentKind::modules, sha256(text), text.size()}, false};
            store.write([&](Database& db) {
                keep_document(db, device_id("a"), document, to_bytes(text), {1});
                ReportInterval interval;
                interval.number = number;
                interval.generation = 1;
                open_interval(db, device_id("a"), interval, {9});
                name_document(db, device_id("a"), number, document.ref.sha256);
            });
        };
        CHECK_FALSE(current(DocumentKind::modules));
        report(1, "first");
        report(2, "second");
        CHECK(current(DocumentKind::modules) == to_bytes("second"));
        report(3, "first");
        CHECK(current(DocumentKind::modules) == to_bytes("first"));
        CHECK_FALSE(current(DocumentKind::firmware_manifest));
    }

    TEST_CASE_FIXTURE(Fixture, "of more documents than are kept, those used longest ago are forgotten") {
        add(store, device("a"));
        const auto keep = [this](std::int64_t at) {
            const Bytes body = to_bytes("document " + std::to_string(at));
            const KnownDocument document{{DocumentKind::inventory, sha256(body), body.size()}, false};
            store.write([&](Database& db) { keep_document(db, device_id("a"), document, body, {at}); });
            return document.ref.sha256;
        };
        const Sha256 first = keep(1);
        const Sha256 second = keep(2);
        for (std::size_t i = 2; i < documents_kept; ++i) keep(static_cast<std::int64_t>(i + 1));
        CHECK(store.read([](Database& db) { return known_documents(db, device_id("a")).size(); }) == documents_kept);
        store.write([&](Database& db) { mark_document_used(db, device_id("a"), first, {1000}); });
        keep(1001);
        const auto has = [this](const Sha256& name) {
            return store.read([&](Database& db) { return document_of(db, device_id("a"), name).has_value(); });
        };
        CHECK(has(first));
        CHECK(!has(second));
    }
}

TEST_SUITE("checks") {
    TEST_CASE_FIXTURE(Fixture, "checks are replaced whole and keep their order") {
        add(store, device("a"));
        const std::vector<CheckResult> first{{"signature", "passed", "", ""}, {"boot", "not_appraised", "r", "d"}};
        const std::vector<CheckResult> second{{"signature", "failed", "bad_signature", "d"}};
        store.write([&](Database& db) { replace_checks(db, device_id("a"), first); });
        CHECK(store.read([](Database& db) { return checks_of(db, device_id("a")); }) == first);
        store.write([&](Database& db) { replace_checks(db, device_id("a"), second); });
        CHECK(store.read([](Database& db) { return checks_of(db, device_id("a")); }) == second);
    }

    TEST_CASE_FIXTURE(Fixture, "the newest failed report is kept with what it said") {
        add(store, device("a"));
        for (const std::string_view seed : {"one", "two"}) {
            store.write([&](Database& db) {
                set_failed_report(
                    db, device_id("a"), {{7}, Reason::pcr_digest_mismatch, "does not fit", report(seed, 7)}
                );
            });
        }
        const auto found = store.read([](Database& db) { return failed_report(db, device_id("a")); });
        REQUIRE(found);
        CHECK(found->reason == Reason::pcr_digest_mismatch);
        CHECK(found->report.attest == report("two", 7).attest);
    }
}
