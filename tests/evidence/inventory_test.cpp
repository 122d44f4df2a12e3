#include "evidence/inventory.hpp"

#include "evidence/limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;

namespace {

Component part(std::string key, ComponentKind kind = ComponentKind::pci_function) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    return out;
}

Inventory sample() {
    Inventory out;
    out.sources = {
        {"usb", SourceState::denied, "/sys/bus/usb: permission denied", {}}, {"pci", SourceState::ok, "", {"0000"}}
    };
    Component nic = part("pci/1c.0/00.0");
    nic.identifiers = {
        make_identifier(Registry::pci_subsystem, "19e5:d129").value(),
        make_identifier(Registry::pci, "8086:1572").value()
    };
    nic.names["vendor"] = Reading::of("");
    nic.names["driver"] = Reading::unreadable("denied");
    nic.serial = Reading::of("ABC");
    nic.parent = "pci/1c.0";
    nic.location.slot = "3";
    nic.firmware = {{"option_rom", Reading::of("1.2"), sha256("rom"), "sysfs"}};
    nic.contents["vpd"] = sha256("vpd");
    out.components = {nic, part("pci/1c.0")};
    normalise(out);
    return out;
}

}  // namespace

TEST_SUITE("inventory") {
    TEST_CASE("what is encoded decodes to the same value and the same bytes") {
        const std::string text = encode_inventory(sample());
        const auto again = decode_inventory(text);
        REQUIRE(again);
        CHECK(*again == sample());
        CHECK(encode_inventory(*again) == text);
    }

    TEST_CASE("one component alone decodes to the same value, at every truncation to an error") {
        const Component whole = sample().components.back();
        const std::string text = encode_component(whole);
        const auto again = decode_component(text);
        REQUIRE(again);
        CHECK(*again == whole);
        for (std::size_t size = 0; size < text.size(); ++size) CHECK(!decode_component(text.substr(0, size)));
        CHECK(!decode_component(" " + text));
    }

    TEST_CASE("the order in which parts were found does not change the bytes") {
        Inventory shuffled = sample();
        std::ranges::reverse(shuffled.components);
        std::ranges::reverse(shuffled.sources);
        std::ranges::reverse(shuffled.components.back().identifiers);
        normalise(shuffled);
        CHECK(encode_inventory(shuffled) == encode_inventory(sample()));
    }

    TEST_CASE("absent, unreadable and empty are three different documents") {
        Inventory one = sample();
        const std::string with_text = encode_inventory(one);
        one.components[1].serial = Reading::of("");
        const std::string with_empty = encode_inventory(one);
        one.components[1].serial = Reading::unreadable("denied");
        const std::string with_unreadable = encode_inventory(one);
        one.components[1].serial = Reading();
        const std::string with_absent = encode_inventory(one);
        for (const std::string& text : {with_empty, with_unreadable, with_absent}) CHECK(decode_inventory(text));
        CHECK(with_text != with_empty);
        CHECK(with_empty != with_absent);
        CHECK(with_unreadable != with_absent);
        CHECK(decode_inventory(with_unreadable)->components[1].serial.why() == "denied");
    }

    TEST_CASE("truncation at every length is refused") {
        const std::string text = encode_inventory(sample());
        for (std::size_t size = 0; size < text.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(decode_inventory(std::string_view(text).substr(0, size)));
        }
    }

    TEST_CASE("one document has one spelling: white space, unsorted parts, duplicate or unknown keys are refused") {
        const std::string text = encode_inventory(sample());
        CHECK(decode_inventory(text + "\n").error().code == Errc::bad_value);
        Inventory unsorted = sample();
        std::swap(unsorted.components[0], unsorted.components[1]);
        CHECK(decode_inventory(encode_inventory(unsorted)).error().where == "inventory.components");
        Inventory twice = sample();
        twice.components[0].key = twice.components[1].key;
        twice.components[1].parent = "";
        CHECK_FALSE(decode_inventory(encode_inventory(twice)));
        std::string unknown = text;
        unknown.insert(1, "\"extra\":1,");
        CHECK(decode_inventory(unknown).error().code == Errc::unknown_field);
    }

    TEST_CASE("a parent that is not there, or is the part itself, is refused by name") {
        Inventory orphan = sample();
        orphan.components[1].parent = "pci/none";
        CHECK(decode_inventory(encode_inventory(orphan)).error().where == "inventory: pci/1c.0/00.0.parent");
        orphan.components[1].parent = orphan.components[1].key;
        CHECK_FALSE(decode_inventory(encode_inventory(orphan)));
    }

    TEST_CASE("limits hold at the limit and break one past it") {
        Inventory out;
        Component one = part("a");
        one.serial = Reading::of(std::string(limits::text_bytes, 'x'));
        out.components = {one};
        CHECK(decode_inventory(encode_inventory(out)));
        out.components[0].serial = Reading::of(std::string(limits::text_bytes + 1, 'x'));
        CHECK(decode_inventory(encode_inventory(out)).error().code == Errc::limit_exceeded);
        out.components[0].serial = Reading();
        for (std::size_t i = 0; i < limits::names_per_component; ++i)
            out.components[0].names["n" + std::to_string(i)] = Reading::of("v");
        CHECK(decode_inventory(encode_inventory(out)));
        out.components[0].names["one more"] = Reading::of("v");
        CHECK(decode_inventory(encode_inventory(out)).error().code == Errc::limit_exceeded);
        out.components[0].names.clear();
        for (std::size_t i = 0; i < limits::contents_per_component; ++i)
            out.components[0].contents["c" + std::to_string(i)] = sha256("v");
        CHECK(decode_inventory(encode_inventory(out)));
        out.components[0].contents["one more"] = sha256("v");
        CHECK(decode_inventory(encode_inventory(out)).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("a placement round-trips") {
        const Placement placement{{"pci/1c.0", {{"address", "0000:00:1c.0"}}}};
        CHECK(decode_placement(encode_placement(placement)).value() == placement);
    }
}
