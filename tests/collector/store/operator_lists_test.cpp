#include "collector/store/operator_lists.hpp"

#include "collector/store/attempts.hpp"
#include "collector/store/device_lists.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/worklist_items.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

void enrol(Store& store, std::string_view who, Lifecycle lifecycle, Decision decision, std::int64_t at) {
    Device made = device(who);
    made.standing.lifecycle.state = lifecycle;
    add(store, made);
    store.write([&](Database& db) {
        Enrolment enrolment;
        enrolment.device = made.id;
        enrolment.generation = 1;
        enrolment.decision = decision;
        enrolment.enrolled_at = {at};
        add_enrolment(db, enrolment);
    });
}

}  // namespace

TEST_SUITE("operator lists") {
    TEST_CASE_FIXTURE(Fixture, "enrolments come newest first, page by page, with what became of the device") {
        enrol(store, "a", Lifecycle::active, Decision::automatic, 10);
        enrol(store, "b", Lifecycle::pending_review, Decision::pending, 30);
        enrol(store, "c", Lifecycle::pending_review, Decision::automatic, 30);  // a person has to look again
        std::vector<std::string> seen;
        std::optional<EnrolmentCursor> after;
        for (;;) {
            const auto page = store.read([&](Database& db) { return list_enrolments(db, {}, after, 1); });
            if (page.empty()) break;
            const Enrolment& last = page.back().enrolment;
            after = EnrolmentCursor{last.enrolled_at, last.device, last.generation};
            seen.push_back(page.back().host.name);
        }
        REQUIRE(seen.size() == 3);
        CHECK(seen[2] == "a");
        const auto count = [this](const EnrolmentFilter& filter) {
            return store.read([&](Database& db) { return list_enrolments(db, filter, std::nullopt, 10).size(); });
        };
        CHECK(count({.waiting = true}) == 2);
        CHECK(count({.decision = Decision::pending}) == 1);
        CHECK(count({.site = "north"}) == 3);
        CHECK(count({.site = "south"}) == 0);
        CHECK(count({.device = device_id("a")}) == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "attempts come newest first, below a number") {
        const Attempt attempt{0,  {5}, "192.0.2.7:1", device_id("a"), "report", "bad_signature", "signature_invalid",
                              "d"};
        store.write([&](Database& db) { add_attempts(db, std::vector<Attempt>(5, attempt)); });
        const auto first = store.read([](Database& db) { return attempts(db, 2); });
        REQUIRE(first.size() == 2);
        CHECK(first[0].number > first[1].number);
        CHECK(first[0].claimed == device_id("a"));
        const auto rest = store.read([&](Database& db) { return attempts(db, 10, first[1].number); });
        CHECK(rest.size() == 3);
    }

    TEST_CASE_FIXTURE(Fixture, "the fleet in numbers") {
        add(store, device("a"));
        add(store, device("b"));
        Device imported = device("c");
        imported.origin = Origin::imported;
        add(store, imported);
        store.write([](Database& db) {
            replace_inventory(db, device_id("a"), inventory({part("pci/1", {"19e5:1822"})}), ProofLevel::reported, {1});
            StoredFinding excepted = finding("a", "f2", "pci/1");
            excepted.excepted = "exception";
            replace_findings(db, device_id("a"), std::vector{finding("a", "f1", "pci/1"), excepted}, {1});
            add_item(db, item("a", "pci/1"));
        });
        store.read([](Database& db) {
            const auto alike = count_devices(db, {.now = {5}});
            REQUIRE(alike.size() == 1);
            CHECK(alike[0].count == 3);
            CHECK(alike[0].standing.lifecycle.state == Lifecycle::active);
            CHECK_FALSE(alike[0].standing.reported_at);
            CHECK(count_devices_by_origin(db) == Counts{{"imported", 1}, {"live", 2}});
            CHECK(count_findings_by_authority(db) == Counts{{"FCC", 1}});
            CHECK(count_findings_by_site(db) == Counts{{"north", 1}});
            CHECK(count_items_by_state(db) == Counts{{"detected", 1}});
            return 0;
        });
    }
}
