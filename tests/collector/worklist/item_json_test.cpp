#include "tests/collector/worklist/scene.hpp"

namespace assay::worklist::test {
TEST_SUITE_BEGIN("worklist: items as JSON");

Item full_item() {
    Scene scene;
    Component& part = at(scene.with, card_key);
    part.identifiers.push_back({Registry::mac, "48435a010203"});
    part.firmware = {{.name = "firmware", .version = {}, .sha256 = sha256("image"), .obtained = "sysfs"}};
    scene.up_to_removed();
    scene.facts.boot_accepted = true;
    scene.report(scene.without);
    Item item = scene.item();
    item.before = State::removed;
    item.until = Date::parse("2029-01-02").value();
    item.first_closer = "ann";
    return item;
}

TEST_CASE("an item comes back from its body as it was") {
    const Item item = full_item();
    const std::string body = encode_body(item);
    Item again;
    again.id = item.id;
    again.device = item.device;
    again.state = item.state;
    again.opened_at = item.opened_at;
    again.changed_at = item.changed_at;
    REQUIRE(decode_body(body, again));
    CHECK(again == item);
    CHECK(encode_body(again) == body);
}

TEST_CASE("a body cut anywhere, or with a field too many, is refused and the item stays") {
    const std::string body = encode_body(full_item());
    for (std::size_t n = 0; n < body.size(); ++n) {
        Item item;
        const auto decoded = decode_body(std::string_view(body).substr(0, n), item);
        CHECK_FALSE(decoded);
        CHECK(item == Item{});
    }
    Item item;
    CHECK_FALSE(decode_body(body.substr(0, body.size() - 1) + ",\"zzz\":1}", item));
}

TEST_CASE("the strongest demand is the one with the earliest day") {
    Item item;
    CHECK(strongest(item) == nullptr);
    item.demands = {
        {"a", "e1", "x", "A", "no_new_purchase", {}},
        {"b", "e2", "x", "A", "remove_by", *Date::parse("2030-01-01")},
        {"c", "e3", "x", "B", "remove_by", *Date::parse("2029-01-01")},
        {"d", "e4", "x", "B", "review", {}},
    };
    CHECK(strongest(item)->finding == "c");
}

TEST_SUITE_END();
}  // namespace assay::worklist::test
