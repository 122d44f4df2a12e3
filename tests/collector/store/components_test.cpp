#include "collector/store/components.hpp"

#include "collector/store/models.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

std::vector<ComponentChange> replace(
    Store& store, std::string_view who, const Inventory& inventory, std::int64_t at,
    ProofLevel proof = ProofLevel::reported
) {
    return store.write([&](Database& db) { return replace_inventory(db, device_id(who), inventory, proof, {at}); });
}

std::vector<StoredComponent> parts(Store& store, std::string_view who) {
    return store.read([who](Database& db) { return components_of(db, device_id(who)); });
}

}  // namespace

TEST_SUITE("components") {
    TEST_CASE_FIXTURE(Fixture, "an inventory becomes the device's components, whole") {
        add(store, device("a"));
        const Inventory first = inventory({part("pci/1", {"8086:1572"}), part("pci/2", {"19e5:1822"})});
        const auto changes = replace(store, "a", first, 10);
        CHECK(changes.size() == 2);
        const auto found = parts(store, "a");
        REQUIRE(found.size() == 2);
        CHECK(found[0].component == first.components[0]);
        CHECK(found[1].component == first.components[1]);
        CHECK(found[0].proof == ProofLevel::reported);
        CHECK(store.read([](Database& db) { return sources_of(db, device_id("a")); }) == first.sources);
        CHECK(store.read([](Database& db) { return component_count(db, device_id("a")); }) == 2);
    }

    TEST_CASE_FIXTURE(Fixture, "what stays keeps its first sight, what is gone is told and deleted") {
        add(store, device("a"));
        replace(store, "a", inventory({part("pci/1", {"8086:1572"}), part("pci/2", {"19e5:1822"})}), 10);
        const auto changes =
            replace(store, "a", inventory({part("pci/1", {"8086:1573"}), part("pci/3", {"10ec:8168"})}), 20);
        const std::vector<ComponentChange> expected{
            {ComponentChange::Kind::changed, "pci/1"},
            {ComponentChange::Kind::added, "pci/3"},
            {ComponentChange::Kind::removed, "pci/2"},
        };
        CHECK(changes == expected);
        const auto found = parts(store, "a");
        REQUIRE(found.size() == 2);
        CHECK(found[0].first_seen_at == UnixMillis{10});
        CHECK(found[0].last_changed_at == UnixMillis{20});
        CHECK(found[1].first_seen_at == UnixMillis{20});
        CHECK(replace(store, "a", inventory({part("pci/1", {"8086:1573"}), part("pci/3", {"10ec:8168"})}), 30).empty());
        CHECK(parts(store, "a")[0].last_changed_at == UnixMillis{20});
    }

    TEST_CASE_FIXTURE(Fixture, "one device's inventory changes no other device's") {
        add(store, device("a"));
        add(store, device("b"));
        replace(store, "a", inventory({part("pci/1", {"8086:1572"})}), 10);
        replace(store, "b", inventory({part("pci/1", {"8086:1572"})}), 10);
        replace(store, "a", inventory({}), 20);
        CHECK(parts(store, "a").empty());
        CHECK(parts(store, "b").size() == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "another proof level is stored even where the component is the same") {
        add(store, device("a"));
        const Inventory same = inventory({part("pci/1", {"8086:1572"})});
        replace(store, "a", same, 10);
        CHECK(replace(store, "a", same, 20, ProofLevel::declared).empty());
        CHECK(parts(store, "a")[0].proof == ProofLevel::declared);
    }

    TEST_CASE_FIXTURE(Fixture, "equal parts of two devices are one model, which knows where they are") {
        add(store, device("a"));
        add(store, device("b"));
        replace(store, "a", inventory({part("pci/1", {"19e5:1822"})}), 10);
        replace(store, "b", inventory({part("pci/9", {"19e5:1822"}), part("pci/1", {"8086:1572"})}), 10);
        const auto models = store.read([](Database& db) { return models_after(db, 0, 10); });
        REQUIRE(models.size() == 2);
        CHECK(models[0].identifiers == std::vector{make_identifier(Registry::pci, "19e5:1822").value()});
        const auto places = store.read([&](Database& db) { return places_of_model(db, models[0].id); });
        CHECK(places.size() == 2);
        CHECK(store.read([&](Database& db) { return models_after(db, models[0].id, 10); }).size() == 1);
    }

    TEST_CASE("MAC addresses of one block are one model, of two blocks two") {
        const auto nic = [](std::string_view mac) {
            Component out = part("net/1");
            out.identifiers = {make_identifier(Registry::mac, mac).value()};
            return out;
        };
        CHECK(model_fingerprint(nic("001122334455")) == model_fingerprint(nic("001122334fff")));
        CHECK(model_fingerprint(nic("001122334455")) != model_fingerprint(nic("001122335455")));
    }

    TEST_CASE_FIXTURE(Fixture, "placement stands beside its component and is replaced whole") {
        add(store, device("a"));
        replace(store, "a", inventory({part("pci/1")}), 10);
        store.write([](Database& db) {
            replace_placement(db, device_id("a"), {{"pci/1", {{"address", "0000:03:00.0"}}}});
        });
        CHECK(parts(store, "a")[0].placement.at("address") == "0000:03:00.0");
        store.write([](Database& db) { replace_placement(db, device_id("a"), {}); });
        CHECK(parts(store, "a")[0].placement.empty());
    }
}
