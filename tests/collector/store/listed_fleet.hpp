#pragma once
// Two devices to list: a in the north with a finding on one of its two cards, b in the south with a card and a modem of
// the same vendor.

#include "collector/store/changes.hpp"
#include "collector/store/device_lists.hpp"
#include "collector/store/item_lists.hpp"
#include "tests/collector/store/fixture.hpp"

namespace assay::store::test {

struct ListedFleet : Fixture {
    ListedFleet() {
        Device south = device("b");
        south.site = "south";
        add(store, device("a"));
        add(store, south);
        store.write([](Database& db) {
            Component modem = part("usb/1");
            modem.kind = ComponentKind::usb_device;
            modem.identifiers = {make_identifier(Registry::usb, "19e5:0001").value()};
            const Inventory first = inventory({part("pci/1", {"19e5:1822"}), part("pci/2", {"8086:1572"})});
            const Inventory second = inventory({part("pci/1", {"19e5:0123"}), modem});
            replace_inventory(db, device_id("a"), first, ProofLevel::reported, {100});
            replace_inventory(db, device_id("b"), second, ProofLevel::reported, {200});
            replace_findings(db, device_id("a"), std::vector{finding("a", "f1", "pci/1")}, {100});
            add_device_event(db, device_id("a"), {0, {100}, "enrolled", "device", ""});
            add_device_event(db, device_id("b"), {0, {200}, "enrolled", "device", ""});
            Standing standing = device("a").standing;
            standing.identity = {Verdict::warning, Reason::clock_unsafe, "", {1}};
            set_standing(db, device_id("a"), standing);
        });
    }

    std::vector<DeviceRow> devices(const DeviceFilter& filter) {
        return store.read([&](Database& db) { return list_devices(db, filter, {}, std::nullopt, 10); });
    }
    std::vector<ComponentRow> components(const PartFilter& filter) {
        return store.read([&](Database& db) { return list_components(db, filter, std::nullopt, 10); });
    }
    std::vector<FindingRow> findings(const PartFilter& filter) {
        return store.read([&](Database& db) { return list_findings(db, filter, std::nullopt, 10); });
    }
    std::vector<ItemRow> items(const ItemFilter& filter) {
        return store.read([&](Database& db) { return list_items(db, filter, ItemSort::id, std::nullopt, 10); });
    }
};

}  // namespace assay::store::test
