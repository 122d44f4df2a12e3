#include "tests/collector/store/listed_fleet.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

// Asks for pages of one row, `read(after)`, until one is empty; how many there were.
template <class Cursor, class Read, class Mark>
std::size_t pages_of_one(Read read, Mark mark) {
    std::size_t pages = 0;
    std::optional<Cursor> after;
    for (auto page = read(after); !page.empty(); page = read(after)) {
        REQUIRE(page.size() == 1);
        after = mark(page.back());
        ++pages;
    }
    return pages;
}

}  // namespace

TEST_SUITE("lists") {
    TEST_CASE_FIXTURE(ListedFleet, "a device row counts its parts and findings and carries its appraisals") {
        const auto rows = devices({.site = "north"});
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].components == 2);
        CHECK(rows[0].findings == 1);
        CHECK(rows[0].device.standing.identity.verdict == Verdict::warning);
    }

    TEST_CASE_FIXTURE(ListedFleet, "pages of one row, one after the other, are the whole list") {
        std::vector<DeviceId> seen;
        const auto list = [this](const auto& rows) {
            return
                [this, rows](const auto& after) { return store.read([&](Database& db) { return rows(db, after); }); };
        };
        CHECK(
            pages_of_one<DeviceCursor>(
                list([](Database& db, const auto& after) { return list_devices(db, {}, {}, after, 1); }),
                [&seen](const DeviceRow& row) { return DeviceCursor{row.key, seen.emplace_back(row.device.id)}; }
            ) == 2
        );
        CHECK(seen[0] < seen[1]);
        CHECK(
            pages_of_one<PartCursor>(
                list([](Database& db, const auto& after) { return list_components(db, {}, after, 1); }),
                [](const ComponentRow& row) { return PartCursor{row.owner.device, row.part.component.key}; }
            ) == 4
        );
        const std::vector found{finding("a", "f1", "pci/1"), finding("a", "f2", "pci/2")};
        store.write([&](Database& db) { replace_findings(db, device_id("a"), found, {9}); });
        CHECK(
            pages_of_one<PartCursor>(
                list([](Database& db, const auto& after) { return list_findings(db, {}, after, 1); }),
                [](const FindingRow& row) { return PartCursor{row.owner.device, row.finding.id}; }
            ) == 2
        );
    }

    TEST_CASE_FIXTURE(ListedFleet, "findings come with their part; what was not found again is gone") {
        const auto rows = findings({});
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].component.key == "pci/1");
        CHECK(rows[0].owner.device == device_id("a"));
        CHECK(rows[0].owner.site == "north");

        const std::vector again{finding("a", "f2", "pci/2")};
        CHECK(store.write([&](Database& db) { return replace_findings(db, device_id("a"), again, {9}); }));
        CHECK(!store.write([&](Database& db) { return replace_findings(db, device_id("a"), again, {10}); }));
        const auto left = findings({});
        REQUIRE(left.size() == 1);
        CHECK(left[0].finding.id == "f2");
        CHECK(left[0].finding.first_seen_at == UnixMillis{9});
        CHECK(left[0].finding.last_seen_at == UnixMillis{10});
    }

    TEST_CASE_FIXTURE(ListedFleet, "worklist items change by compare-and-set, each change an event") {
        StoredItem changed = item("a", "pci/1");
        changed.id = store.write([&](Database& db) { return add_item(db, changed); });
        CHECK(epoch_of(store, changed.device) == 1);
        changed.state = "confirmed";
        CHECK(store.write([&](Database& db) { return update_item(db, changed); }));
        CHECK(!store.write([&](Database& db) { return update_item(db, changed); }));
        store.write([&](Database& db) {
            add_item_event(
                db, changed.device, {changed.id, 0, {2}, "ann", "confirm", "detected", "confirmed", "seen", ""}
            );
        });
        const auto events = store.read([&](Database& db) { return item_events(db, changed.device, changed.id); });
        REQUIRE(events.size() == 1);
        CHECK(events[0].number == 1);
        CHECK(events[0].to_state == "confirmed");
        const auto found = store.read([&](Database& db) { return find_item(db, changed.id); });
        REQUIRE(found);
        CHECK(found->version == 2);
        CHECK(found->state == "confirmed");
        CHECK(found->demands == changed.demands);
        CHECK(found->traits == changed.traits);
    }

    TEST_CASE_FIXTURE(ListedFleet, "items of other devices are found by a trait") {
        store.write([](Database& db) { return add_item(db, item("a", "pci/1")); });
        const auto elsewhere = [this](std::string_view trait, std::string_view who) {
            return store.read([&](Database& db) { return items_with_trait(db, trait, device_id(who)).size(); });
        };
        CHECK(elsewhere("serial/ABC123", "b") == 1);
        CHECK(elsewhere("serial/ABC123", "a") == 0);
        CHECK(elsewhere("serial/ABC124", "b") == 0);
    }
}
