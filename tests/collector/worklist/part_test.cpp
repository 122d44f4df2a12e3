#include "tests/collector/worklist/scene.hpp"

namespace assay::worklist::test {
TEST_SUITE_BEGIN("worklist: parts");

TEST_CASE("fillers and short or repeated serials tell nothing apart") {
    for (const char* filler : {"", "1234", "0000000", "To be filled by O.E.M.", "Default string", "0123456789"}) {
        CAPTURE(filler);
        CHECK_FALSE(distinctive(filler));
    }
    CHECK(distinctive("CARD-0001"));
    CHECK(distinctive("00001"));
}

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
