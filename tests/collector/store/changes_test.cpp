#include "tests/collector/store/listed_fleet.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

// Beside the two enrolments of the fleet at 100 and 200: events of items, some at the same time as those of devices.
struct Busy : ListedFleet {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    Busy() {
        store.write([this](Database& db) {
            first = add_item(db, item("a", "pci/1"));
            second = add_item(db, item("a", "pci/2"));
            for (const std::uint64_t id : {first, second}) {
                add_item_event(
                    db, device_id("a"), {id, 0, {150}, "collector", "opened", "detected", "detected", "", ""}
                );
                add_item_event(
                    db, device_id("a"), {id, 0, {200}, "ann", "confirm", "detected", "confirmed", "seen", ""}
                );
            }
            add_device_event(db, device_id("b"), {0, {200}, "placed", "ann", "site \"south\""});
        });
    }
    std::vector<ChangeRow> changes(
        const ChangeFilter& filter, const std::optional<ChangeCursor>& after = {}, std::size_t limit = 100
    ) {
        return store.read([&](Database& db) { return list_changes(db, filter, after, limit); });
    }
};

}  // namespace

TEST_SUITE("changes") {
    TEST_CASE_FIXTURE(Busy, "what happened to devices and items comes as one list, the newest first") {
        const auto all = changes({});
        REQUIRE(all.size() == 7);
        for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].at >= all[i].at);
        CHECK(all.back().event == "enrolled");
        CHECK(all.back().owner.device == device_id("a"));
        CHECK(all.back().item == 0);
        const auto confirmed = std::ranges::find(all, "confirm", &ChangeRow::event);
        REQUIRE(confirmed != all.end());
        CHECK(confirmed->owner.host == "a");
        CHECK(confirmed->owner.site == "north");
        CHECK(confirmed->item == second);
        CHECK(confirmed->actor == "ann");
        CHECK(confirmed->detail == "seen");
        CHECK(confirmed->from_state == "detected");
        CHECK(confirmed->to_state == "confirmed");
    }

    TEST_CASE_FIXTURE(Busy, "pages of every size are the whole list, also through one moment") {
        const auto all = changes({});
        for (std::size_t limit = 1; limit <= 8; ++limit) {
            CAPTURE(limit);
            std::vector<ChangeRow> seen;
            std::optional<ChangeCursor> after;
            for (;;) {
                const auto page = changes({}, after, limit);
                seen.insert(seen.end(), page.begin(), page.end());
                if (page.size() < limit) break;
                const ChangeRow& last = page.back();
                after = ChangeCursor{last.at, last.owner.device, last.item, last.number};
            }
            REQUIRE(seen.size() == all.size());
            for (std::size_t i = 0; i < all.size(); ++i) {
                CHECK(seen[i].owner.device == all[i].owner.device);
                CHECK(seen[i].item == all[i].item);
                CHECK(seen[i].number == all[i].number);
            }
        }
    }

    TEST_CASE_FIXTURE(Busy, "by device, site and time") {
        CHECK(changes({.device = device_id("a")}).size() == 5);
        CHECK(changes({.device = device_id("b")}).size() == 2);
        CHECK(changes({.site = "south"}).size() == 2);
        CHECK(changes({.site = "west"}).empty());
        CHECK(changes({.since = UnixMillis{200}}).size() == 4);
        CHECK(changes({.since = UnixMillis{201}}).empty());
        CHECK(changes({.device = device_id("a"), .site = "south"}).empty());
    }
}

TEST_SUITE("orders of items") {
    TEST_CASE_FIXTURE(ListedFleet, "by site, then the device's name, then the number; small pages are the whole list") {
        store.write([](Database& db) {
            for (const char* who : {"c", "d"}) {
                Device twin = device(who);
                twin.host.name = "twin";
                insert_device(db, twin);
            }
            for (int round = 0; round < 2; ++round) {
                for (const char* who : {"b", "d", "c", "a"}) add_item(db, item(who, "pci/1"));
            }
        });
        const auto page_after = [this](const std::optional<ItemCursor>& after, std::size_t limit) {
            return store.read([&](Database& db) { return list_items(db, {}, ItemSort::site, after, limit); });
        };
        std::vector<std::uint64_t> order;
        for (const ItemRow& row : page_after({}, 100)) order.push_back(row.item.id);
        CHECK(order == std::vector<std::uint64_t>{4, 8, 2, 3, 6, 7, 1, 5});
        std::vector<std::uint64_t> seen;
        std::optional<ItemCursor> after;
        for (auto page = page_after(after, 3); !page.empty(); page = page_after(after, 3)) {
            for (const ItemRow& row : page) seen.push_back(row.item.id);
            after = ItemCursor{page.back().owner.site, page.back().owner.host, page.back().item.id};
        }
        CHECK(seen == order);
    }

    TEST_CASE_FIXTURE(ListedFleet, "an item counts once for each authority and entity that asks for it") {
        store.write([](Database& db) {
            StoredItem asked = item("a", "pci/1");
            asked.demands = {{"e1", "huawei", "FCC"}, {"e2", "huawei", "FCC"}, {"e3", "huawei", "NDAA"}};
            add_item(db, asked);
            add_item(db, item("b", "pci/1", "closed"));
        });
        const auto facets = [this](const ItemFilter& filter) {
            return store.read([&](Database& db) { return item_facets(db, filter); });
        };
        const ItemFacets all = facets({});
        CHECK(all.authority.values == Counts{{"FCC", 2}, {"NDAA", 1}});
        CHECK(all.entity.values == Counts{{"huawei", 2}});
        CHECK(all.state.values == Counts{{"closed", 1}, {"detected", 1}});
        CHECK(all.site.values == Counts{{"north", 1}, {"south", 1}});
        const ItemFacets open = facets({.open = true});
        CHECK(open.state.values == Counts{{"detected", 1}});
        CHECK(open.authority.values == Counts{{"FCC", 1}, {"NDAA", 1}});
    }
}
