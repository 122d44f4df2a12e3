#include "collector/store/findings.hpp"
#include "collector/store/lists.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

void fill(Store& store) {
    add(store, device("a"));
    add(store, device("b"));
    store.write([](Database& db) {
        Component modem = part("usb/1", {});
        modem.kind = ComponentKind::usb_device;
        modem.identifiers = {make_identifier(Registry::usb, "19e5:0001").value()};
        replace_inventory(db, device_id("a"), inventory({part("pci/1", {"19e5:1822"})}), ProofLevel::reported, {100});
        replace_inventory(
            db, device_id("b"), inventory({part("pci/2", {"8086:1572"}), modem}), ProofLevel::reported, {200}
        );
        add_device_event(db, device_id("a"), {0, {100}, "enrolled", "device", ""});
        add_device_event(db, device_id("b"), {0, {200}, "enrolled", "device", ""});
        StoredFinding finding;
        finding.device = device_id("a");
        finding.id = "f1";
        finding.component = "pci/1";
        finding.entry = "entry";
        finding.entity = "huawei";
        finding.named = "huawei";
        finding.authority = "FCC";
        finding.list = "List";
        finding.action = "review";
        finding.reason = "vendor_chip";
        finding.explanation = "{}";
        replace_findings(db, device_id("a"), std::vector{finding}, {100});
    });
}

}  // namespace

TEST_SUITE("list filters") {
    TEST_CASE_FIXTURE(Fixture, "devices by kind, by a part's number, by the id's beginning or the name, by change") {
        fill(store);
        const auto count = [this](const DeviceFilter& filter) {
            return store.read([&](Database& db) { return list_devices(db, filter, std::nullopt, 10).size(); });
        };
        CHECK(count({.kind = ComponentKind::usb_device}) == 1);
        CHECK(count({.kind = ComponentKind::pci_function}) == 2);
        CHECK(count({.registry = "pci", .value = "19e5"}) == 1);
        CHECK(count({.value = "19e5"}) == 2);
        CHECK(count({.value = "ffff"}) == 0);
        CHECK(count({.match = device_id("a").text().substr(0, 8)}) == 1);
        CHECK(count({.match = device_id("a").text()}) == 1);
        CHECK(count({.match = "a"}) >= 1);  // its name, and every id that begins so
        CHECK(count({.match = "%"}) == 0);
        CHECK(count({.changed_since = UnixMillis{200}}) == 1);
        CHECK(count({.changed_since = UnixMillis{201}}) == 0);
        CHECK(count({.changed_since = UnixMillis{1}}) == 2);
    }

    TEST_CASE_FIXTURE(Fixture, "components and findings by a number of any registry, and by change") {
        fill(store);
        const auto parts = [this](const ComponentFilter& filter) {
            return store.read([&](Database& db) { return list_components(db, filter, std::nullopt, 10).size(); });
        };
        CHECK(parts({.value = "19e5"}) == 2);
        CHECK(parts({.registry = "usb", .value = "19e5"}) == 1);
        CHECK(parts({.registry = "usb"}) == 1);
        CHECK(parts({.changed_since = UnixMillis{200}}) == 2);
        const auto findings = [this](const FindingFilter& filter) {
            return store.read([&](Database& db) { return list_findings(db, filter, std::nullopt, 10).size(); });
        };
        CHECK(findings({.value = "19e5"}) == 1);
        CHECK(findings({.value = "19e5:1822"}) == 1);
        CHECK(findings({.registry = "usb", .value = "19e5"}) == 0);
        CHECK(findings({.found_since = UnixMillis{100}}) == 1);
        CHECK(findings({.found_since = UnixMillis{101}}) == 0);
    }
}
