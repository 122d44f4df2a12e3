// Identity conflicts and unknown identifiers: kept while they stay, gone when they are, listed over the fleet.

#include "collector/store/identities.hpp"

#include "tests/collector/store/listed_fleet.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

StoredConflict conflict(std::string id, std::string component, std::string explanation = "{}") {
    StoredConflict out;
    out.id = std::move(id);
    out.component = std::move(component);
    out.rule = "mac_maker";
    out.registry = "mac";
    out.value = "00e0fc000001";
    out.holder = "A";
    out.against = "B";
    out.proof = ProofLevel::reported;
    out.explanation = std::move(explanation);
    return out;
}

StoredUnknown unknown(std::string component, std::string registry, std::string value, std::string vendor) {
    return {std::move(component), std::move(registry), std::move(value), std::move(vendor), "not_registered", {}};
}

struct Identities : ListedFleet {
    void conflicts(std::string_view who, std::vector<StoredConflict> all, std::int64_t at) {
        store.write([&](Database& db) { replace_conflicts(db, device_id(who), all, {at}); });
    }
    void unknowns(std::string_view who, std::vector<StoredUnknown> all, std::int64_t at) {
        store.write([&](Database& db) { replace_unknown(db, device_id(who), all, {at}); });
    }
    std::vector<ConflictRow> listed(const ConflictFilter& filter = {}) {
        return store.read([&](Database& db) { return list_conflicts(db, filter, std::nullopt, 10); });
    }
    std::vector<UnknownRow> queue(
        const UnknownFilter& filter = {}, const std::optional<UnknownCursor>& after = {}, std::size_t limit = 10
    ) {
        return store.read([&](Database& db) { return list_unknown(db, filter, after, limit); });
    }
};

}  // namespace

TEST_SUITE("identities") {
    TEST_CASE_FIXTURE(Identities, "a conflict keeps when it was first seen, follows what is said, and goes") {
        conflicts("a", {conflict("1", "pci/1"), conflict("2", "pci/2")}, 5);
        conflicts("a", {conflict("1", "pci/1", "{\"x\":1}"), conflict("3", "pci/2")}, 9);
        const auto rows = listed();
        REQUIRE(rows.size() == 2);
        CHECK(rows[0].conflict.id == "1");
        CHECK(rows[0].conflict.first_seen_at == UnixMillis{5});
        CHECK(rows[0].conflict.explanation == "{\"x\":1}");
        CHECK(rows[0].conflict.holder == "A");
        CHECK(rows[0].conflict.against == "B");
        CHECK(rows[0].conflict.proof == ProofLevel::reported);
        CHECK(rows[0].owner.site == "north");
        CHECK(rows[0].component.key == "pci/1");
        CHECK(rows[1].conflict.id == "3");
        CHECK(rows[1].conflict.first_seen_at == UnixMillis{9});
        conflicts("a", {}, 10);
        CHECK(listed().empty());
    }

    TEST_CASE_FIXTURE(Identities, "conflicts are listed by device, site, kind, rule, number and since when") {
        conflicts("a", {conflict("1", "pci/1")}, 5);
        StoredConflict usb = conflict("2", "usb/1");
        usb.rule = "usb_name";
        conflicts("b", {usb}, 9);
        CHECK(listed().size() == 2);
        const auto only = [this](const ConflictFilter& filter) {
            const auto rows = listed(filter);
            return rows.size() == 1 ? rows[0].conflict.id : std::to_string(rows.size()) + " rows";
        };
        CHECK(only({.device = device_id("a")}) == "1");
        CHECK(only({.site = "south"}) == "2");
        CHECK(only({.kind = ComponentKind::usb_device}) == "2");
        CHECK(only({.rule = "mac_maker"}) == "1");
        CHECK(only({.number = {.registry = "usb", .value = "19e5"}}) == "2");
        CHECK(only({.since = UnixMillis{6}}) == "2");
        const auto page = store.read([](Database& db) { return list_conflicts(db, {}, std::nullopt, 1); });
        REQUIRE(page.size() == 1);
        const PartCursor after{page[0].owner.device, page[0].conflict.id};
        const auto next = store.read([&](Database& db) { return list_conflicts(db, {}, after, 1); });
        REQUIRE(next.size() == 1);
        CHECK(next[0].conflict.id != page[0].conflict.id);
    }

    TEST_CASE_FIXTURE(Identities, "the queue has a row for each vendor's part, counted, with where it was first seen") {
        unknowns(
            "b", {unknown("pci/1", "pci", "1cf2:0002", "1cf2"), unknown("usb/1", "mac", "003fff000001", "003fff")}, 5
        );
        unknowns(
            "a",
            {unknown("pci/1", "pci", "1cf2:0001", "1cf2"), unknown("pci/2", "pci", "1cf2:0001", "1cf2"),
             unknown("pci/1", "mac", "003fff000002", "003fff"), unknown("pci/1", "mac", "003fff000003", "003fff")},
            9
        );
        const auto rows = queue();
        REQUIRE(rows.size() == 2);
        CHECK(rows[0].registry == "mac");
        CHECK(rows[0].values == 3);
        CHECK(rows[0].devices == 2);
        CHECK(rows[0].components == 2);
        CHECK(rows[1].vendor == "1cf2");
        CHECK(rows[1].values == 2);
        CHECK(rows[1].components == 3);
        CHECK(rows[1].first_seen_at == UnixMillis{5});
        CHECK(rows[1].example.value == "1cf2:0002");
        CHECK(rows[1].owner.device == device_id("b"));
        CHECK(rows[1].component.key == "pci/1");

        const auto north = queue({.site = "north", .registry = "pci"});
        REQUIRE(north.size() == 1);
        CHECK(north[0].devices == 1);
        CHECK(north[0].example.value == "1cf2:0001");
        CHECK(north[0].first_seen_at == UnixMillis{9});
        CHECK(queue({.device = device_id("b")}).size() == 2);
        CHECK(queue({.reason = "reserved"}).empty());
        CHECK(queue({.since = UnixMillis{9}}).at(1).devices == 1);
        CHECK(queue({}, UnknownCursor{"mac", "003fff"}).at(0).registry == "pci");
        CHECK(queue({}, UnknownCursor{"pci", "1cf2"}).empty());
        CHECK(queue({}, {}, 1).size() == 1);
        const IdentityCounts counts = store.read([](Database& db) { return count_identities(db, device_id("a")); });
        CHECK(counts.unknown == 3);
        CHECK(counts.conflicts == 0);
    }

    TEST_CASE_FIXTURE(Identities, "an unknown number keeps when it was first seen, and goes when somebody knows it") {
        unknowns("a", {unknown("pci/1", "pci", "1cf2:0001", "1cf2")}, 5);
        StoredUnknown again = unknown("pci/1", "pci", "1cf2:0001", "1cf2");
        again.reason = "no_snapshot";
        unknowns("a", {again}, 9);
        REQUIRE(queue().size() == 1);
        CHECK(queue()[0].example.reason == "no_snapshot");
        CHECK(queue()[0].first_seen_at == UnixMillis{5});
        unknowns("a", {}, 10);
        CHECK(queue().empty());
    }

    TEST_CASE_FIXTURE(Identities, "hostile words are values and nothing else") {
        const std::string words = "' or 1=1; drop table devices; --";
        unknowns("a", {unknown("pci/1", "acpi", words, words)}, 5);
        CHECK(queue({.registry = words}).empty());
        REQUIRE(queue().size() == 1);
        CHECK(queue()[0].vendor == words);
        CHECK(listed({.rule = words}).empty());
        CHECK(devices({}).size() == 2);
    }
}
