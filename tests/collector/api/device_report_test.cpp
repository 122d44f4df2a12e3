// Reports over the wire: what is stored, what is answered.

#include "collector/api/device_record.hpp"
#include "collector/api/stored_item.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/worklist_items.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

Component pci(std::string key, std::string id, std::string serial = "") {
    Component out;
    out.key = std::move(key);
    out.kind = ComponentKind::pci_function;
    out.identifiers = {make_identifier(Registry::pci, id).value()};
    if (!serial.empty()) out.serial = Reading::of(std::move(serial));
    return out;
}

}  // namespace

TEST_SUITE("device reports") {
    TEST_CASE_FIXTURE(ServedDevices, "a report becomes components, findings and an item of the worklist") {
        SoftDevice device = enrolled();
        device.inventory().components = {pci("pci/1", "8086:1572"), pci("pci/2", "19e5:1822")};
        net::Connection connection = connect();
        const auto result = device.report_once(connection);
        REQUIRE(result);
        CHECK(result->identity == "affirming");
        CHECK(result->boot == "none");
        CHECK(result->lifecycle == "active");
        CHECK(result->next_report_s == 300);
        store().read([&](store::Database& db) {
            const auto parts = store::components_of(db, device.id());
            REQUIRE(parts.size() == 2);
            CHECK(parts[0].proof == ProofLevel::reported);
            const auto findings = store::findings_of(db, device.id());
            REQUIRE(findings.size() == 1);
            CHECK(findings[0].component == "pci/2");
            CHECK(findings[0].entry == "own-maker");
            const auto items = store::items_of(db, device.id());
            REQUIRE(items.size() == 1);
            CHECK(items[0].state == "detected");
            CHECK(items[0].demands.at(0).authority == "Network board");
            CHECK(store::item_events(db, device.id(), items[0].id).size() == 1);
            CHECK(store::find_device(db, device.id())->standing.identity.verdict == Verdict::affirming);
        });
    }

    TEST_CASE_FIXTURE(ServedDevices, "reports that say the same extend an interval and change nothing else") {
        SoftDevice device = enrolled();
        device.inventory().components = {pci("pci/2", "19e5:1822")};
        net::Connection connection = connect();
        for (int i = 0; i < 5; ++i) {
            CAPTURE(i);
            pass(std::chrono::seconds(1));
            REQUIRE(device.report_once(connection));
        }
        store().read([&](store::Database& db) {
            const auto intervals = store::report_intervals(db, device.id(), 10);
            REQUIRE(intervals.size() == 1);
            CHECK(intervals[0].reports == 5);
            CHECK(intervals[0].last.accepted_at == now());
            CHECK(sha256(intervals[0].last.attest) == *device.previous());
            CHECK(store::items_of(db, device.id()).size() == 1);
        });
    }

    TEST_CASE_FIXTURE(ServedDevices, "the device is known again on another connection, with its chain of reports") {
        SoftDevice device = enrolled();
        for (int i = 0; i < 3; ++i) {
            net::Connection connection = connect();
            const auto result = device.report_once(connection);
            REQUIRE(result);
            for (const CheckResult& check : result->checks) CHECK(check.outcome != "failed");
        }
        CHECK(store().read([&](store::Database& db) { return store::last_interval(db, device.id())->reports; }) == 3);
    }

    TEST_CASE_FIXTURE(ServedDevices, "PCR values are asked for once and then known") {
        SoftDevice device = enrolled();
        device.sends_pcr_values() = false;
        net::Connection connection = connect();
        const auto challenge = device.challenge(connection);
        REQUIRE(challenge);
        const Report report = device.report(*challenge, connection.exporter(), device.next_statement());
        const net::Response first = post(connection, "/v1/reports", encode_report(report));
        CHECK(first.status == 409);
        CHECK(decode_report_needs(first.body)->pcr_values);
        const net::Response second = post(connection, "/v1/reports", encode_report(report));
        CHECK(second.status == 422);
        CHECK(decode_refusal(second.body)->reason == "pcr_values_incomplete");

        REQUIRE(device.report_once(connection));
        const auto again = device.challenge(connection);
        const Report short_report = device.report(*again, connection.exporter(), device.next_statement());
        CHECK(post(connection, "/v1/reports", encode_report(short_report)).status == 200);

        // Also when the last report had others.
        const PcrValues usual = device.pcr_values();
        device.pcr_values()[HashAlg::sha256].at(*PcrIndex::from(3)) = hash(HashAlg::sha256, as_bytes("other"));
        REQUIRE(device.report_once(connection));
        device.pcr_values() = usual;
        const auto last = device.challenge(connection);
        const Report usual_report = device.report(*last, connection.exporter(), device.next_statement());
        CHECK(post(connection, "/v1/reports", encode_report(usual_report)).status == 200);
    }

    TEST_CASE_FIXTURE(ServedDevices, "a document that another device gave is still asked for") {
        SoftDevice first = enrolled();
        SoftDevice second = enrolled();
        net::Connection connection = connect();
        REQUIRE(first.report_once(connection));
        const auto challenge = second.challenge(connection);
        const Report report = second.report(*challenge, connection.exporter(), second.next_statement());
        const net::Response response = post(connection, "/v1/reports", encode_report(report));
        CHECK(response.status == 409);
        CHECK(decode_report_needs(response.body)->documents.size() == 1);
    }

    TEST_CASE_FIXTURE(
        ServedDevices, "a device that holds as many documents as it may lets go of none that its report names"
    ) {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        const Sha256 oldest = sha256(encode_inventory(device.inventory()));
        const auto keep = [&device](store::Database& db, const api::GivenDocument& given, UnixMillis at) {
            store::keep_document(db, device.id(), given.document, given.body, at);
        };
        const auto document = [](std::size_t number) -> api::GivenDocument {
            Bytes body = to_bytes("document " + std::to_string(number));
            return {{{DocumentKind::placement, sha256(body), body.size()}, false}, body};
        };
        api::ReportRecord record;
        store().write([&](store::Database& db) {
            for (std::size_t i = 1; i < store::documents_kept; ++i)
                keep(db, document(i), now() + std::chrono::seconds(1));
            const store::Device known = store::find_device(db, device.id()).value();
            record.device = known.id;
            record.epoch = known.epoch;
            record.standing = known.standing;
            record.interval = store::last_interval(db, device.id()).value();
        });
        record.at = now() + std::chrono::seconds(2);
        record.opens_interval = true;
        ++record.interval.number;
        record.used = {oldest};
        record.given = {document(0)};
        CHECK(store().write([&record](store::Database& db) { return write_record(db, record); }));
        store().read([&](store::Database& db) {
            CHECK(store::known_documents(db, device.id()).size() == store::documents_kept);
            CHECK(store::document_of(db, device.id(), oldest));
            CHECK(store::document_of(db, device.id(), record.given.at(0).document.ref.sha256));
        });
    }

    TEST_CASE_FIXTURE(ServedDevices, "a part that is gone stays on the worklist as missing") {
        SoftDevice device = enrolled();
        device.inventory().components = {pci("pci/2", "19e5:1822", "SER12345")};
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        device.inventory().components.clear();
        REQUIRE(device.report_once(connection));
        store().read([&](store::Database& db) {
            CHECK(store::findings_of(db, device.id()).empty());
            CHECK(store::components_of(db, device.id()).empty());
            const auto items = store::items_of(db, device.id());
            REQUIRE(items.size() == 1);
            CHECK(items[0].state == "detected");
            CHECK(store::item_events(db, device.id(), items[0].id).back().event == "missing");
            CHECK(store::report_intervals(db, device.id(), 10).size() == 2);
        });
    }

    TEST_CASE_FIXTURE(ServedDevices, "a replayed tree is labelled and its parts are declared") {
        SoftDevice device = enrolled();
        device.inventory().replayed = true;
        device.inventory().components = {pci("pci/2", "19e5:1822")};
        net::Connection connection = connect();
        const auto challenge = device.challenge(connection);
        Statement statement = device.next_statement();
        statement.root = "/srv/tree";
        const Report report = device.report(*challenge, connection.exporter(), statement);
        const net::Response response = device.deliver(connection, report);
        REQUIRE(response.status == 200);
        store().read([&](store::Database& db) {
            CHECK(store::find_device(db, device.id())->origin == store::Origin::replayed);
            CHECK(store::components_of(db, device.id()).at(0).proof == ProofLevel::declared);
            CHECK(store::findings_of(db, device.id()).at(0).proof == ProofLevel::declared);
        });
    }

    TEST_CASE_FIXTURE(
        ServedDevices, "a document that cannot be decoded is the device's failure, with nothing half-applied"
    ) {
        SoftDevice device = enrolled();
        device.inventory().components = {pci("pci/2", "19e5:1822")};
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        const auto parts = [&] {
            return store().read([&](store::Database& db) { return store::components_of(db, device.id()).size(); });
        };
        const std::string broken = "{\"format\":\"assay/inventory/1\"}";
        Statement statement = device.next_statement();
        statement.documents = {{DocumentKind::inventory, sha256(broken), broken.size()}};
        const auto challenge = device.challenge(connection);
        const Report report = device.report(*challenge, connection.exporter(), statement);
        REQUIRE(post(connection, "/v1/reports", encode_report(report)).status == 409);
        REQUIRE(send(connection, net::Method::put, "/v1/documents/" + to_hex(sha256(broken)), broken).status == 204);
        const net::Response response = post(connection, "/v1/reports", encode_report(report));
        CHECK(response.status == 422);
        CHECK(decode_refusal(response.body)->reason == "document_malformed");
        CHECK(parts() == 1);
        store().read([&](store::Database& db) {
            CHECK(store::find_device(db, device.id())->standing.identity.reason == Reason::document_malformed);
            CHECK(store::failed_report(db, device.id())->reason == Reason::document_malformed);
            CHECK(store::known_documents(db, device.id()).size() == 1);
            CHECK(store::checks_of(db, device.id()).back().outcome == "failed");
        });
    }

    TEST_CASE_FIXTURE(ServedDevices, "a report that was judged while the operator changed the device is judged again") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        store().write([&](store::Database& db) { store::set_place(db, device.id(), "south", "core"); });
        REQUIRE(device.report_once(connection));
        store().write([&](store::Database& db) {
            store::set_lifecycle(db, device.id(), Lifecycle::retired, Reason::retired, "sold", now());
        });
        const auto refused = device.report_once(connection);
        REQUIRE(!refused);
        CHECK(refused.error().what.starts_with("device_retired"));
    }

    TEST_CASE_FIXTURE(ServedDevices, "so is one that says nothing new: what is acknowledged is stored") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        const auto stored = [&] {
            return store().read([&](store::Database& db) {
                return sha256(store::last_interval(db, device.id()).value().last.attest);
            });
        };
        for (int i = 0; i < 4; ++i) {  // after the third the connection knows the device
            REQUIRE(device.report_once(connection));
            CHECK(stored() == *device.previous());
        }
        store().write([&](store::Database& db) { store::set_place(db, device.id(), "south", "core"); });
        REQUIRE(device.report_once(connection));
        CHECK(stored() == *device.previous());
        for (int i = 0; i < 2; ++i) REQUIRE(device.report_once(connection));
        store().write([&](store::Database& db) {
            store::set_lifecycle(db, device.id(), Lifecycle::retired, Reason::retired, "sold", now());
        });
        const DatabaseDump before = dump();
        const auto refused = device.report_once(connection);
        REQUIRE(!refused);
        CHECK(refused.error().what.starts_with("device_retired"));
        CHECK(dump() == before);
    }

    TEST_CASE_FIXTURE(ServedDevices, "what was decided about a device that has changed since is not written") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        const DatabaseDump before = dump();
        api::KnownDevice known =
            store().read([&](store::Database& db) { return api::load_device(db, device.id()).value(); });
        known.device.epoch -= 1;
        api::ReportRecord record;
        record.device = device.id();
        record.epoch = known.device.epoch;
        record.interval.number = known.last->interval;
        for (const bool opens : {false, true}) {
            record.opens_interval = opens;
            if (opens) record.interval.number += 1;
            CHECK_FALSE(store().write([&](store::Database& db) { return api::write_record(db, record); }));
        }
        CHECK_FALSE(store().write([&](store::Database& db) { return api::write_failure(db, known, {}, now()); }));
        CHECK(dump() == before);
    }

    TEST_CASE_FIXTURE(ServedDevices, "an item that somebody changed since it was read is not written over") {
        SoftDevice device = enrolled();
        device.inventory().components = {pci("pci/2", "19e5:1822")};
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        const auto items = [&] {
            return store().read([&](store::Database& db) { return store::items_of(db, device.id()); });
        };
        const store::StoredItem read = items().at(0);
        REQUIRE(store().write([&](store::Database& db) { return store::update_item(db, read); }));
        const DatabaseDump before = dump();
        api::JudgedRecord judged;
        judged.changes = {{api::item_of(read), {}}};
        CHECK_THROWS_AS(
            store().write([&](store::Database& db) { api::write_judged(db, device.id(), judged, now()); }),
            api::ConflictingWrite
        );
        CHECK(dump() == before);
        judged.changes = {{api::item_of(items().at(0)), {}}};
        store().write([&](store::Database& db) { api::write_judged(db, device.id(), judged, now()); });
    }

    TEST_CASE_FIXTURE(ServedDevices, "a nonce is good for a minute, and not longer") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        const DatabaseDump before = dump();
        const auto challenge = device.challenge(connection);
        REQUIRE(challenge);
        const Report report = device.report(*challenge, connection.exporter(), device.next_statement());
        pass(std::chrono::seconds(60));
        const net::Response late = post(connection, "/v1/reports", encode_report(report));
        CHECK(late.status == 410);
        CHECK(decode_refusal(late.body)->reason == "nonce_expired");
        CHECK(newest_attempt(1) == "nonce_expired");
        CHECK(dump() == before);
        const auto again = device.challenge(connection);
        const Report in_time = device.report(*again, connection.exporter(), device.next_statement());
        pass(std::chrono::milliseconds(59'999));
        CHECK(post(connection, "/v1/reports", encode_report(in_time)).status == 200);
    }

    TEST_CASE_FIXTURE(ServedDevices, "an upload that outlives its quarter of an hour is refused") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        const auto challenge = device.challenge(connection);
        const Report report = device.report(*challenge, connection.exporter(), device.next_statement());
        REQUIRE(post(connection, "/v1/reports", encode_report(report)).status == 409);
        pass(api::documents_lifetime + std::chrono::seconds(1));
        const std::string document = encode_inventory(device.inventory());
        const net::Response late =
            send(connection, net::Method::put, "/v1/documents/" + to_hex(sha256(document)), document);
        CHECK(late.status == 403);
        CHECK(store().read([&](store::Database& db) { return store::known_documents(db, device.id()).empty(); }));
    }

    TEST_CASE_FIXTURE(ServedDevices, "an accepted report is judged again on another day") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        pass(std::chrono::hours(24));
        REQUIRE(device.report_once(connection));
        const auto stored = store().read([&](store::Database& db) { return store::find_device(db, device.id()); });
        CHECK(stored->judged_on == Date::of(now()).text());
        CHECK(stored->judged_by == rules().packs()->fingerprint);
    }
}
