#include "collector/store/lists.hpp"

#include "collector/store/findings.hpp"
#include "collector/store/worklist_items.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

StoredFinding finding(std::string_view who, std::string id, std::string component) {
    StoredFinding out;
    out.device = device_id(who);
    out.id = std::move(id);
    out.component = std::move(component);
    out.entry = "fcc-huawei";
    out.entity = "hisilicon";
    out.named = "huawei";
    out.authority = "FCC";
    out.list = "Covered List";
    out.action = "review";
    out.reason = "vendor_chip";
    out.proof = ProofLevel::reported;
    out.explanation = "{}";
    return out;
}

void fill(Store& store) {
    Device south = device("b");
    south.site = "south";
    add(store, device("a"));
    add(store, south);
    store.write([](Database& db) {
        const Inventory first = inventory({part("pci/1", {"19e5:1822"}), part("pci/2", {"8086:1572"})});
        const Inventory second = inventory({part("pci/1", {"19e5:0123"})});
        replace_inventory(db, device_id("a"), first, ProofLevel::reported, {1});
        replace_inventory(db, device_id("b"), second, ProofLevel::reported, {1});
        const std::vector found{finding("a", "f1", "pci/1")};
        replace_findings(db, device_id("a"), found, {1});
        Standing standing = device("a").standing;
        standing.identity = {Verdict::warning, Reason::clock_unsafe, "", {1}};
        set_standing(db, device_id("a"), standing);
    });
}

}  // namespace

TEST_SUITE("lists") {
    TEST_CASE_FIXTURE(Fixture, "devices are filtered by site, appraisal, entity and authority") {
        fill(store);
        const auto count = [this](const DeviceFilter& filter) {
            return store.read([&](Database& db) { return list_devices(db, filter, std::nullopt, 10).size(); });
        };
        CHECK(count({}) == 2);
        CHECK(count({.site = "south"}) == 1);
        CHECK(count({.site = "west"}) == 0);
        CHECK(count({.lifecycle = Lifecycle::active}) == 2);
        CHECK(count({.lifecycle = Lifecycle::retired}) == 0);
        CHECK(count({.verdict = Verdict::warning}) == 1);
        CHECK(count({.verdict = Verdict::none}) == 1);
        CHECK(count({.verdict = Verdict::affirming}) == 0);
        CHECK(count({.entity = "huawei"}) == 1);
        CHECK(count({.entity = "hisilicon"}) == 1);
        CHECK(count({.authority = "FCC"}) == 1);
        CHECK(count({.authority = "NDAA"}) == 0);
    }

    TEST_CASE_FIXTURE(Fixture, "a device row counts its parts and findings and carries its appraisals") {
        fill(store);
        const auto rows =
            store.read([](Database& db) { return list_devices(db, {.site = "north"}, std::nullopt, 10); });
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].components == 2);
        CHECK(rows[0].findings == 1);
        CHECK(rows[0].device.standing.identity.verdict == Verdict::warning);
    }

    TEST_CASE_FIXTURE(Fixture, "pages of one row, one after the other, are the whole list") {
        fill(store);
        std::vector<DeviceId> seen;
        std::optional<DeviceId> after;
        for (;;) {
            const auto page = store.read([&](Database& db) { return list_devices(db, {}, after, 1); });
            if (page.empty()) break;
            after = page.back().device.id;
            seen.push_back(*after);
        }
        CHECK(seen.size() == 2);
        CHECK(seen[0] < seen[1]);

        std::size_t parts = 0;
        std::optional<ComponentCursor> cursor;
        for (;;) {
            const auto page = store.read([&](Database& db) { return list_components(db, {}, cursor, 1); });
            if (page.empty()) break;
            cursor = ComponentCursor{page.back().device, page.back().part.component.key};
            ++parts;
        }
        CHECK(parts == 3);
    }

    TEST_CASE_FIXTURE(Fixture, "components are filtered by vendor number, whole number, kind, device and entity") {
        fill(store);
        const auto count = [this](const ComponentFilter& filter) {
            return store.read([&](Database& db) { return list_components(db, filter, std::nullopt, 10).size(); });
        };
        CHECK(count({}) == 3);
        CHECK(count({.registry = "pci", .value = "19e5"}) == 2);
        CHECK(count({.registry = "pci", .value = "19e5:1822"}) == 1);
        CHECK(count({.registry = "pci", .value = "19e"}) == 0);
        CHECK(count({.registry = "usb"}) == 0);
        CHECK(count({.device = device_id("a")}) == 2);
        CHECK(count({.kind = ComponentKind::pci_function}) == 3);
        CHECK(count({.kind = ComponentKind::usb_device}) == 0);
        CHECK(count({.entity = "huawei"}) == 1);
        CHECK(count({.site = "south", .authority = "FCC"}) == 0);
    }

    TEST_CASE_FIXTURE(Fixture, "findings come with their part; what was not found again is gone") {
        fill(store);
        const auto list = [this](const FindingFilter& filter) {
            return store.read([&](Database& db) { return list_findings(db, filter, std::nullopt, 10); });
        };
        const auto rows = list({.entity = "huawei"});
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].component.key == "pci/1");
        CHECK(rows[0].site == "north");
        CHECK(list({.site = "south"}).empty());
        CHECK(list({.action = "inform"}).empty());

        const std::vector again{finding("a", "f2", "pci/2")};
        CHECK(store.write([&](Database& db) { return replace_findings(db, device_id("a"), again, {9}); }));
        CHECK(!store.write([&](Database& db) { return replace_findings(db, device_id("a"), again, {10}); }));
        const auto left = list({});
        REQUIRE(left.size() == 1);
        CHECK(left[0].finding.id == "f2");
        CHECK(left[0].finding.first_seen_at == UnixMillis{9});
        CHECK(left[0].finding.last_seen_at == UnixMillis{10});
    }

    TEST_CASE_FIXTURE(Fixture, "worklist items change by compare-and-set and are listed by state and site") {
        fill(store);
        StoredItem item;
        item.device = device_id("a");
        item.component = "pci/1";
        item.demands = {{"fcc-huawei", "huawei", "FCC"}};
        item.traits = {"serial/ABC123"};
        item.state = "detected";
        item.body = "{}";
        item.opened_at = item.changed_at = {1};
        const std::uint64_t id = store.write([&](Database& db) { return add_item(db, item); });
        CHECK(epoch_of(store, item.device) == 1);
        item.id = id;
        item.state = "confirmed";
        CHECK(store.write([&](Database& db) { return update_item(db, item); }));
        CHECK(!store.write([&](Database& db) { return update_item(db, item); }));
        store.write([&](Database& db) {
            add_item_event(db, item.device, {id, 0, {2}, "ann", "confirm", "detected", "confirmed", "seen", ""});
        });
        const auto events = store.read([&](Database& db) { return item_events(db, item.device, id); });
        REQUIRE(events.size() == 1);
        CHECK(events[0].number == 1);
        CHECK(events[0].to_state == "confirmed");
        const auto count = [this](const ItemFilter& filter) {
            return store.read([&](Database& db) { return list_items(db, filter, 0, 10).size(); });
        };
        CHECK(count({.state = "confirmed"}) == 1);
        CHECK(count({.state = "detected"}) == 0);
        CHECK(count({.site = "south"}) == 0);
        CHECK(count({.entry = "fcc-huawei", .entity = "huawei", .authority = "FCC"}) == 1);
        CHECK(count({.entity = "zte"}) == 0);
        const auto found = store.read([&](Database& db) { return find_item(db, id); });
        CHECK(found->version == 2);
        CHECK(found->demands == item.demands);
        CHECK(found->traits == item.traits);
        const auto elsewhere = [this](std::string_view trait, std::string_view who) {
            return store.read([&](Database& db) { return items_with_trait(db, trait, device_id(who)).size(); });
        };
        CHECK(elsewhere("serial/ABC123", "b") == 1);
        CHECK(elsewhere("serial/ABC123", "a") == 0);
        CHECK(elsewhere("serial/ABC124", "b") == 0);
    }
}
