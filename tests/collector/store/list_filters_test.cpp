#include "collector/store/operator_lists.hpp"
#include "collector/worklist/state.hpp"
#include "tests/collector/store/listed_fleet.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

TEST_SUITE("list filters") {
    TEST_CASE_FIXTURE(ListedFleet, "devices by site, lifecycle, appraisal, entity and authority") {
        const auto count = [this](const DeviceFilter& filter) { return devices(filter).size(); };
        CHECK(count({}) == 2);
        CHECK(count({.site = "south"}) == 1);
        CHECK(count({.site = "west"}) == 0);
        CHECK(count({.lifecycle = Lifecycle::active}) == 2);
        CHECK(count({.lifecycle = Lifecycle::retired}) == 0);
        CHECK(count({.verdict = Verdict::warning}) == 1);
        CHECK(count({.verdict = Verdict::none}) == 1);
        CHECK(count({.verdict = Verdict::affirming}) == 0);
        CHECK(count({.origin = Origin::live}) == 2);
        CHECK(count({.origin = Origin::imported}) == 0);
        CHECK(count({.entity = "huawei"}) == 1);
        CHECK(count({.entity = "hisilicon"}) == 1);
        CHECK(count({.authority = "FCC"}) == 1);
        CHECK(count({.authority = "NDAA"}) == 0);
    }

    TEST_CASE_FIXTURE(
        ListedFleet, "devices by kind, by a part's number, by the id's beginning or the name, by change"
    ) {
        const auto count = [this](const DeviceFilter& filter) { return devices(filter).size(); };
        CHECK(count({.kind = ComponentKind::usb_device}) == 1);
        CHECK(count({.kind = ComponentKind::pci_function}) == 2);
        CHECK(count({.number = {"usb", "19e5"}}) == 1);
        CHECK(count({.number = {{}, "19e5"}}) == 2);
        CHECK(count({.number = {{}, "ffff"}}) == 0);
        CHECK(count({.match = device_id("a").text().substr(0, 8)}) == 1);
        CHECK(count({.match = device_id("a").text()}) == 1);
        CHECK(count({.match = "a"}) >= 1);  // its name, and every id that begins so
        CHECK(count({.match = "%"}) == 0);
        CHECK(count({.changed_since = UnixMillis{200}}) == 1);
        CHECK(count({.changed_since = UnixMillis{201}}) == 0);
        CHECK(count({.changed_since = UnixMillis{1}}) == 2);
    }

    TEST_CASE_FIXTURE(ListedFleet, "components by number, kind, device, change, and by the finding on them") {
        const auto count = [this](const PartFilter& filter) { return components(filter).size(); };
        CHECK(count({}) == 4);
        CHECK(count({.number = {"pci", "19e5"}}) == 2);
        CHECK(count({.number = {"pci", "19e5:1822"}}) == 1);
        CHECK(count({.number = {"pci", "19e"}}) == 0);
        CHECK(count({.number = {"usb", {}}}) == 1);
        CHECK(count({.number = {{}, "19e5"}}) == 3);
        CHECK(count({.device = device_id("a")}) == 2);
        CHECK(count({.kind = ComponentKind::pci_function}) == 3);
        CHECK(count({.kind = ComponentKind::bmc}) == 0);
        CHECK(count({.since = UnixMillis{200}}) == 2);
        CHECK(count({.entity = "huawei"}) == 1);
        CHECK(count({.action = "review"}) == 1);
        CHECK(count({.site = "south", .authority = "FCC"}) == 0);
    }

    TEST_CASE_FIXTURE(ListedFleet, "findings by site, maker, authority, action, number of the part, and first sight") {
        const auto count = [this](const PartFilter& filter) { return findings(filter).size(); };
        CHECK(count({.entity = "huawei"}) == 1);
        CHECK(count({.entity = "zte"}) == 0);
        CHECK(count({.authority = "FCC"}) == 1);
        CHECK(count({.site = "south"}) == 0);
        CHECK(count({.device = device_id("b")}) == 0);
        CHECK(count({.action = "inform"}) == 0);
        CHECK(count({.number = {{}, "19e5"}}) == 1);
        CHECK(count({.number = {{}, "19e5:1822"}}) == 1);
        CHECK(count({.number = {"usb", "19e5"}}) == 0);
        CHECK(count({.since = UnixMillis{100}}) == 1);
        CHECK(count({.since = UnixMillis{101}}) == 0);
    }

    TEST_CASE_FIXTURE(ListedFleet, "items by state, site and demand") {
        store.write([](Database& db) { return add_item(db, item("a", "pci/1", "confirmed")); });
        const auto count = [this](const ItemFilter& filter) { return items(filter).size(); };
        CHECK(count({.device = device_id("a")}) == 1);
        CHECK(count({.device = device_id("b")}) == 0);
        CHECK(count({.state = "confirmed"}) == 1);
        CHECK(count({.state = "detected"}) == 0);
        CHECK(count({.site = "south"}) == 0);
        CHECK(count({.entry = "fcc-huawei", .entity = "huawei", .authority = "FCC"}) == 1);
        CHECK(count({.entity = "zte"}) == 0);
        CHECK(count({.changed_since = UnixMillis{1}}) == 1);
        CHECK(count({.changed_since = UnixMillis{2}}) == 0);
    }

    TEST_CASE_FIXTURE(ListedFleet, "what is open is what the worklist calls open, in lists and in counts") {
        std::size_t open = 0;
        for (const worklist::State state : worklist::all_states()) {
            store.write([&](Database& db) { return add_item(db, item("a", "pci/1", std::string(name(state)))); });
            if (is_open(state)) ++open;
        }
        const auto listed =
            store.read([](Database& db) { return list_items(db, {.open = true}, ItemSort::id, std::nullopt, 100); });
        CHECK(listed.size() == open);
        for (const ItemRow& row : listed) CHECK(is_open(*worklist::state_named(row.item.state)));
        CHECK(devices({.device = device_id("a")}).at(0).open_items == open);
        CHECK(store.read([](Database& db) { return count_items_by_site(db); }) == Counts{{"north", open}});
    }
}
