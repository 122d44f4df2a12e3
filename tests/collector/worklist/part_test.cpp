#include "tests/collector/worklist/scene.hpp"

namespace assay::worklist::test {
TEST_SUITE_BEGIN("worklist: parts");

TEST_CASE("a serial beats the place, a MAC address beats the place, and else the place decides") {
    Component a = card();
    Component b = a;
    b.key = "pci/0000:00/1d.0";
    CHECK(same_unit(part_of(a), part_of(b)));
    b.serial = Reading::of("CARD-0002");
    CHECK_FALSE(same_unit(part_of(a), part_of(b)));
    a.serial = Reading();
    b.serial = Reading();
    CHECK_FALSE(same_unit(part_of(a), part_of(b)));
    a.identifiers.push_back({Registry::mac, "48435a010203"});
    b.identifiers.push_back({Registry::mac, "48435a010203"});
    CHECK(same_unit(part_of(a), part_of(b)));
    b.identifiers.back().value = "48435a010204";
    CHECK_FALSE(same_unit(part_of(a), part_of(b)));
}

TEST_CASE("two alike parts with one firmware are not one part under other ids") {
    Component a = card();
    a.firmware = {{.name = "firmware", .version = {}, .sha256 = sha256("image"), .obtained = "sysfs"}};
    Component b = a;
    b.key = "pci/0000:00/1c.0/01.0";
    b.serial = Reading::of("CARD-0002");
    CHECK_FALSE(same_unit_under_other_ids(part_of(a), part_of(b)));
    b.identifiers = {{Registry::pci, "8086:1572"}};
    CHECK(same_unit_under_other_ids(part_of(a), part_of(b)));
    b.parent = "pci/0000:00/1d.0";  // somewhere else in the device: the same firmware file may well be in another model
    CHECK_FALSE(same_unit_under_other_ids(part_of(a), part_of(b)));
}

TEST_CASE("elsewhere only a serial or a MAC address makes it the same unit") {
    Component a = card();
    CHECK(same_unit_elsewhere(part_of(a), part_of(card())));
    a.serial = Reading();
    CHECK_FALSE(same_unit_elsewhere(part_of(a), part_of(a)));
    CHECK(traits(part_of(card())) == std::vector<std::string>{"serial/CARD-0001"});
    CHECK(traits(part_of(a)).empty());
}

TEST_CASE("a placeholder or a made-up MAC address is nobody's identity, here or elsewhere") {
    for (const char* filler : {"To be filled by O.E.M.", "Default string", "00000000", "0123456789", "N/A"}) {
        CAPTURE(filler);
        Component a = card();
        a.serial = Reading::of(filler);
        a.identifiers.push_back({Registry::mac, "525400aa0001"});
        Component b = a;
        b.key = "pci/0000:00/1d.0";
        b.parent.clear();
        CHECK_FALSE(same_unit(part_of(a), part_of(b)));
        CHECK_FALSE(same_unit_elsewhere(part_of(a), part_of(b)));
        CHECK(traits(part_of(a)).empty());
        Component other_ids = b;
        other_ids.identifiers = {{Registry::pci, "8086:1572"}, {Registry::mac, "525400aa0001"}};
        CHECK_FALSE(same_unit_under_other_ids(part_of(a), part_of(other_ids)));
        Component refilled = a;  // the same place: still the part, whatever the firmware fills in today
        refilled.serial = Reading::of("Not Specified");
        refilled.identifiers.back().value = "525400aa0002";
        CHECK(same_unit(part_of(a), part_of(refilled)));
    }
}

TEST_CASE("what tells a part apart is lacking on one side: the place is occupied, and the part is not missing") {
    const auto how = [](const Component& before, const Component& now) {
        Inventory inventory;
        inventory.components = {now};
        return find(part_of(before), Parts(inventory)).how;
    };
    Component with_serial = card();
    Component with_filler = card();
    with_filler.serial = Reading::of("Default string");
    CHECK(how(with_serial, with_filler) == Found::How::occupied);
    CHECK(how(with_filler, with_serial) == Found::How::occupied);
    Component with_mac = with_filler;
    with_mac.identifiers.push_back({Registry::mac, "48435a010203"});
    Component with_made_up_mac = with_filler;
    with_made_up_mac.identifiers.push_back({Registry::mac, "525400aa0001"});
    CHECK(how(with_mac, with_made_up_mac) == Found::How::occupied);
    Component another = with_mac;
    another.identifiers.back().value = "48435a010204";
    CHECK(how(with_mac, another) == Found::How::missing);
}

TEST_CASE("a large hostile inventory of alike parts is searched quickly") {
    Inventory inventory;
    for (int i = 0; i < 16'000; ++i) {
        Component one = card();
        one.key = "pci/" + std::to_string(100'000 + i);
        one.parent.clear();
        inventory.components.push_back(one);
        inventory.components.back().serial = Reading::of("CARD-" + std::to_string(i));
    }
    const Parts parts(inventory);
    for (const Part& part : parts.all()) {
        const Found found = find(part, parts);
        CHECK(found.how == Found::How::present);
    }
}

TEST_SUITE_END();
}  // namespace assay::worklist::test
