// The orders of the list of devices, and that the database judges a standing as the program does.

#include "collector/store/device_lists.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

constexpr UnixMillis now{10'000};
constexpr std::array verdicts{Verdict::none, Verdict::affirming, Verdict::warning, Verdict::contraindicated};
constexpr std::array<const char*, 7> words{"id", "name", "site", "state", "last_report", "findings", "open_items"};

// One device for each way to stand.
void fill_with_every_standing(Store& store) {
    store.write([](Database& db) {
        for (const Lifecycle lifecycle : {Lifecycle::active, Lifecycle::pending_review, Lifecycle::retired}) {
            for (std::size_t i = 0; i < 64 * 3; ++i) {
                Device made = device(std::string(name(lifecycle)) + std::to_string(i));
                made.standing.lifecycle.state = lifecycle;
                made.standing.identity.verdict = verdicts.at(i % 4);
                made.standing.boot.verdict = verdicts.at(i / 4 % 4);
                made.standing.runtime.verdict = verdicts.at(i / 16 % 4);
                if (i / 64 > 0) made.standing.reported_at = UnixMillis{5'000};
                made.standing.valid_until = i / 64 > 1 ? now : UnixMillis{now.value + 1};
                insert_device(db, made);
            }
        }
    });
}

// How bad it is, as docs/API.md has the order: trusted, then by what is shown.
int badness(const Standing& standing, const TrustRequirement& requirement) {
    static const std::map<std::string_view, int> by_word{
        {"affirming", 1},       {"active", 1},  {"fresh", 1},          {"none", 2},
        {"never_reported", 3},  {"overdue", 4}, {"pending_review", 5}, {"warning", 6},
        {"contraindicated", 7}, {"retired", 8},
    };
    return trusted(standing, requirement, now) ? 0 : by_word.at(worst(standing, now).word);
}

std::vector<DeviceRow> whole(Store& store, const DeviceFilter& filter, const DeviceOrder& order = {}) {
    return store.read([&](Database& db) { return list_devices(db, filter, order, std::nullopt, 1'000); });
}

// A few devices that differ, and some that do not.
void fill_with_differences(Store& store) {
    store.write([](Database& db) {
        for (int i = 0; i < 12; ++i) {
            const std::string seed = "d" + std::to_string(i);
            Device made = device(seed);
            made.host.name = "host-" + std::to_string(i % 4);
            made.site = i % 3 == 0 ? "" : "site-" + std::to_string(i % 3);
            if (i % 2 == 0) made.standing.reported_at = UnixMillis{1'000 + i};
            made.standing.valid_until = now;
            insert_device(db, made);
            replace_inventory(db, made.id, inventory({part("pci/1"), part("pci/2")}), ProofLevel::reported, {1});
            std::vector<StoredFinding> found{finding(seed, "f1", "pci/1"), finding(seed, "f2", "pci/2")};
            found.resize(static_cast<std::size_t>(i % 3));
            replace_findings(db, made.id, found, {1});
            for (int items = 0; items < i / 4; ++items) add_item(db, item(seed, "pci/1"));
        }
    });
}

}  // namespace

TEST_SUITE("orders of devices") {
    TEST_CASE_FIXTURE(Fixture, "the database trusts, calls fresh and puts in order by state what the program does") {
        fill_with_every_standing(store);
        for (unsigned bits = 0; bits < 8; ++bits) {
            const TrustRequirement requirement{(bits & 1U) != 0, (bits & 2U) != 0, (bits & 4U) != 0};
            CAPTURE(bits);
            DeviceFilter filter{.requirement = requirement, .now = now};
            const auto rows = whole(store, filter, {DeviceSort::state, false});
            REQUIRE(rows.size() == 576);
            int before = 0;
            std::size_t trusted_ones = 0;
            for (const DeviceRow& row : rows) {
                const int bad = badness(row.device.standing, requirement);
                CHECK(bad >= before);
                before = bad;
                if (bad == 0) ++trusted_ones;
            }
            CHECK(trusted_ones > 0);
            filter.trusted = true;
            const auto found = whole(store, filter);
            CHECK(found.size() == trusted_ones);
            for (const DeviceRow& row : found) CHECK(trusted(row.device.standing, requirement, now));
            filter.trusted = false;
            CHECK(whole(store, filter).size() == 576 - trusted_ones);
        }
        for (const Freshness freshness : {Freshness::never_reported, Freshness::fresh, Freshness::overdue}) {
            const auto found = whole(store, {.freshness = freshness, .now = now});
            CHECK(found.size() == 192);
            for (const DeviceRow& row : found) CHECK(freshness_of(row.device.standing, now).state == freshness);
        }
    }

    TEST_CASE_FIXTURE(Fixture, "in every order, both ways, small pages are the whole list") {
        fill_with_differences(store);
        const DeviceFilter filter{.now = now};
        for (const char* word : words) {
            for (const bool descending : {false, true}) {
                const DeviceOrder order{device_order_named(word)->by, descending};
                CAPTURE(name(order));
                const auto all = whole(store, filter, order);
                REQUIRE(all.size() == 12);
                const auto place = [](const DeviceRow& row) { return std::pair(row.key, row.device.id); };
                const bool sorted = descending ? std::ranges::is_sorted(all, std::greater{}, place)
                                               : std::ranges::is_sorted(all, std::less{}, place);
                CHECK(sorted);
                std::vector<DeviceId> seen;
                std::optional<DeviceCursor> after;
                for (;;) {
                    const auto page =
                        store.read([&](Database& db) { return list_devices(db, filter, order, after, 5); });
                    for (const DeviceRow& row : page) seen.push_back(row.device.id);
                    if (page.size() < 5) break;
                    after = DeviceCursor{page.back().key, page.back().device.id};
                }
                REQUIRE(seen.size() == all.size());
                for (std::size_t i = 0; i < all.size(); ++i) CHECK(seen[i] == all[i].device.id);
            }
        }
    }

    TEST_CASE_FIXTURE(Fixture, "the keys are what the rows say") {
        fill_with_differences(store);
        for (const char* word : words) {
            const DeviceOrder order = *device_order_named(word);
            CAPTURE(word);
            for (const DeviceRow& row : whole(store, {.now = now}, order)) {
                const auto number = [](auto value) { return SortKey(static_cast<std::int64_t>(value)); };
                switch (order.by) {
                    case DeviceSort::id: CHECK(row.key == number(0)); break;
                    case DeviceSort::name: CHECK(row.key == SortKey(row.device.host.name)); break;
                    case DeviceSort::site: CHECK(row.key == SortKey(row.device.site)); break;
                    case DeviceSort::state: CHECK(row.key == number(badness(row.device.standing, {}))); break;
                    case DeviceSort::last_report:
                        CHECK(row.key == number(row.device.standing.reported_at.value_or(UnixMillis{0}).value));
                        break;
                    case DeviceSort::findings: CHECK(row.key == number(row.findings)); break;
                    case DeviceSort::open_items: CHECK(row.key == number(row.open_items)); break;
                }
            }
        }
    }

    TEST_CASE("an order is a word, with - the other way round") {
        for (const char* word : words) {
            CHECK(name(*device_order_named(word)) == word);
            CHECK(name(*device_order_named("-" + std::string(word))) == "-" + std::string(word));
        }
        for (const char* word : {"", "-", "--id", "Name", "id,name", "host_name"}) CHECK(!device_order_named(word));
    }

    TEST_CASE_FIXTURE(
        Fixture, "facets count what the filter finds, the most frequent first, and say when there is more"
    ) {
        store.write([](Database& db) {
            for (int i = 0; i < 120; ++i) {
                Device made = device("d" + std::to_string(i));
                made.site = i < 60 ? "site-" + std::to_string(i) : "large";
                made.role = i % 2 == 0 ? "core" : "";
                insert_device(db, made);
            }
        });
        const auto facets = [this](const DeviceFilter& filter) {
            return store.read([&](Database& db) { return device_facets(db, filter); });
        };
        const DeviceFacets all = facets({});
        CHECK(all.site.values.size() == facet_values);
        CHECK(all.site.more);
        CHECK(all.site.values.front() == std::pair<std::string, std::uint64_t>("large", 60));
        CHECK(all.role.values == Counts{{"", 60}, {"core", 60}});
        CHECK_FALSE(all.role.more);
        CHECK(all.origin.values == Counts{{"live", 120}});
        const DeviceFacets narrow = facets({.role = "core"});
        CHECK(narrow.role.values == Counts{{"core", 60}});
        CHECK(narrow.site.values.front().second == 30);
    }
}
