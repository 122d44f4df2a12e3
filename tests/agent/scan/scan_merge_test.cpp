#include "agent/scan_merge.hpp"

#include "evidence/limits.hpp"
#include "tests/agent/support/source_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using namespace assay::agent;
using test::report;

namespace {

Component part(const std::string& key) {
    Component out;
    out.key = key;
    out.kind = ComponentKind::pci_function;
    return out;
}

Found found(const std::string& source, std::vector<Component> components, std::vector<Component> additions = {}) {
    Account account(source);
    account.found.components = std::move(components);
    account.found.additions = std::move(additions);
    return account.finish();
}

}  // namespace

TEST_SUITE("merging of sources") {
    TEST_CASE("what one source says of another's part joins it, and what the part has already stands") {
        Component base = part("pci/a");
        base.names["vendor"] = Reading::of("first");
        base.location.slot = "3";
        Component more = part("pci/a");
        more.names["vendor"] = Reading::of("second");
        more.names["part_number"] = Reading::of("P1");
        more.serial = Reading::of("S1");
        more.location.slot = "9";
        more.identifiers = {make_identifier(Registry::pci, "19e5:0222").value()};
        more.firmware = {{"option_rom", Reading(), sha256("rom"), "sysfs"}};
        more.contents["vpd"] = sha256("vpd");
        Merger merger;
        merger.add(found("vpd", {}, {more}));  // in either order
        merger.add(found("pci", {base}));
        const Scan scan = std::move(merger).finish();
        REQUIRE(scan.inventory.components.size() == 1);
        const Component& joined = scan.inventory.components[0];
        CHECK(joined.names.at("vendor").text() == "first");
        CHECK(joined.names.at("part_number").text() == "P1");
        CHECK(joined.serial.text() == "S1");
        CHECK(joined.location.slot == "3");
        CHECK(joined.identifiers == more.identifiers);
        CHECK(joined.firmware == more.firmware);
        CHECK(joined.contents == more.contents);
    }

    TEST_CASE("an addition to a part that is gone makes no part") {
        Merger merger;
        merger.add(found("pci", {}));
        merger.add(found("vpd", {}, {part("pci/a")}));
        const Scan scan = std::move(merger).finish();
        CHECK(scan.inventory.components.empty());
        CHECK(report(scan, "vpd").state == SourceState::ok);
    }

    TEST_CASE("a part that says more of itself than fits is cut, and its source is an error that names it") {
        Component loud = part("pci/a");
        for (std::size_t i = 0; i < limits::names_per_component; ++i)
            loud.names["n" + std::to_string(i)] = Reading::of("v");
        Component more = part("pci/a");
        more.names["one more"] = Reading::of("v");
        Merger fits;
        fits.add(found("usb", {}));
        fits.add(found("pci", {loud}));
        CHECK(report(std::move(fits).finish(), "pci").state == SourceState::ok);
        Merger merger;
        merger.add(found("usb", {}));
        merger.add(found("pci", {loud}, {more}));
        const Scan scan = std::move(merger).finish();
        CHECK(scan.inventory.components[0].names.size() == limits::names_per_component);
        CHECK(report(scan, "pci").state == SourceState::error);
        CHECK(report(scan, "pci").detail == "pci/a: more identifiers, names, firmware or contents than a part holds");
        CHECK(report(scan, "usb").state == SourceState::ok);
        CHECK(decode_inventory(encode_inventory(scan.inventory)));
    }

    TEST_CASE("of two devices at one key the first stands and the later source is an error") {
        Component first = part("pci/a");
        first.serial = Reading::of("1");
        Merger merger;
        merger.add(found("pci", {first}));
        merger.add(found("usb", {part("pci/a")}));
        const Scan scan = std::move(merger).finish();
        REQUIRE(scan.inventory.components.size() == 1);
        CHECK(scan.inventory.components[0].serial.text() == "1");
        CHECK(report(scan, "pci").state == SourceState::ok);
        CHECK(report(scan, "usb").detail == "two devices at pci/a");
    }
}
