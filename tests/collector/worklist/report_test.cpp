#include "tests/collector/worklist/scene.hpp"

namespace assay::worklist::test {
TEST_SUITE_BEGIN("worklist: reports");

TEST_CASE("a finding that asks for work opens one item for its part, and keeps it over reports") {
    Scene scene;
    scene.judged[0].demands.push_back({"f2", "889-huawei", "huawei", "Congress", "no_new_purchase", {}});
    scene.judged[0].demands.push_back({"f3", "list-x", "huawei", "Somebody", "inform", {}});
    scene.report(scene.with);
    REQUIRE(scene.items.size() == 1);
    CHECK(scene.state() == State::detected);
    CHECK(scene.item().demands.size() == 2);
    CHECK(scene.item().two_persons);
    CHECK(scene.item().part.serial == "CARD-0001");
    CHECK(scene.last_event() == "opened");
    const std::size_t events = scene.events.size();
    scene.facts.at.value += 1;
    scene.report(scene.with);
    CHECK(scene.items.size() == 1);
    CHECK(scene.events.size() == events);
}

TEST_CASE("which actions open an item") {
    CHECK(asks_for_work("remove_by"));
    CHECK(asks_for_work("review"));
    CHECK(asks_for_work("no_new_purchase"));
    CHECK_FALSE(asks_for_work("inform"));
    CHECK_FALSE(asks_for_work(""));
    Scene scene;
    scene.judged[0].demands[0].action = "inform";
    scene.report(scene.with);
    CHECK(scene.items.empty());
}

TEST_CASE("a part that goes missing before anybody acts keeps its item, with an event") {
    Scene scene;
    scene.report(scene.with);
    scene.report(scene.without);
    CHECK(scene.state() == State::detected);
    CHECK(scene.last_event() == "missing");
    CHECK(scene.item().conditions.empty());
    scene.report(scene.with);
    CHECK(scene.state() == State::detected);
    CHECK(scene.last_event() == "seen_again");
}

TEST_CASE("the part's return brings the item back from every later state, closed included") {
    for (const State state : {State::removed, State::absence_observed, State::disposed, State::closed}) {
        CAPTURE(name(state));
        Scene scene;
        scene.up_to_removed();
        scene.report(scene.without);
        if (state != State::removed) scene.three_reports(scene.without);
        if (state == State::disposed || state == State::closed) REQUIRE(scene.act(Action::dispose));
        if (state == State::closed) {
            REQUIRE(scene.act(Action::close));
            REQUIRE(scene.act(Action::close, "bob"));
        }
        REQUIRE(scene.state() == state);
        scene.report(scene.with);
        CHECK(scene.state() == State::reappeared);
        CHECK_FALSE(scene.item().claim);
        CHECK_FALSE(scene.item().grade);
        CHECK(scene.items.size() == 1);
    }
}

TEST_CASE("a part that was stated to be removed and never left stays removed, contradicted, with one event") {
    Scene scene;
    scene.up_to_removed();
    const std::size_t before = scene.events.size();
    scene.report(scene.with);
    scene.report(scene.with);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("part_missing").standing == Standing::contradicted);
    CHECK(scene.events.size() == before + 1);
    CHECK(scene.last_event() == "still_there");
}

TEST_CASE("the same serial, MAC or firmware hash under other ids is altered") {
    Scene scene;
    Component& original = at(scene.with, card_key);
    original.identifiers.push_back({Registry::mac, "48435a010203"});
    original.firmware = {{.name = "firmware", .version = {}, .sha256 = sha256("image"), .obtained = "sysfs"}};
    Component other = original;
    other.identifiers = {{Registry::pci, "8086:1572"}};
    other.serial = Reading();
    other.firmware.clear();
    SUBCASE("serial") {
        other.serial = original.serial;
    }
    SUBCASE("MAC") {
        other.identifiers.push_back({Registry::mac, "48435a010203"});
    }
    SUBCASE("firmware hash") {
        other.firmware = original.firmware;
    }
    scene.up_to_removed();
    Inventory rewritten = scene.without;
    rewritten.components.push_back(other);
    normalise(rewritten);
    scene.three_reports(rewritten);
    CHECK(scene.state() == State::altered);
    CHECK(scene.condition("part_missing").standing == Standing::contradicted);
}

TEST_CASE("a clean part that shares only a placeholder or a made-up MAC address is not the part under other ids") {
    Scene scene;
    Component& original = at(scene.with, card_key);
    original.serial = Reading::of("Default string");
    original.identifiers.push_back({Registry::mac, "525400aa0001"});
    scene.up_to_removed();
    Inventory replaced = scene.without;
    replaced.components.push_back(original);
    replaced.components.back().identifiers = {{Registry::mac, "525400aa0001"}, {Registry::pci, "8086:1572"}};
    normalise(replaced);
    scene.judged.clear();
    scene.three_reports(replaced);
    CHECK(scene.state() == State::absence_observed);
}

TEST_CASE("a clean part in the same slot does not hide that the other one is gone") {
    Scene scene;
    scene.up_to_removed();
    Inventory replaced = scene.without;
    replaced.components.push_back(card());
    replaced.components.back().identifiers = {{Registry::pci, "8086:1572"}};
    replaced.components.back().serial = Reading::of("OTHER-9");
    normalise(replaced);
    scene.judged.clear();
    scene.three_reports(replaced);
    CHECK(scene.state() == State::absence_observed);
}

TEST_CASE("another listed unit in the same slot is another item") {
    Scene scene;
    scene.up_to_removed();
    Inventory replaced = scene.without;
    replaced.components.push_back(card());
    replaced.components.back().serial = Reading::of("CARD-0002");
    normalise(replaced);
    scene.three_reports(replaced);
    REQUIRE(scene.items.size() == 2);
    CHECK(scene.items[0].state == State::absence_observed);
    CHECK(scene.items[1].state == State::detected);
}

TEST_CASE("a part that moved to another slot is followed") {
    Scene scene;
    scene.report(scene.with);
    Inventory moved = scene.without;
    moved.components.push_back(card());
    moved.components.back().key = "pci/0000:00/1d.0";
    moved.components.back().parent.clear();
    normalise(moved);
    scene.judged[0].component = "pci/0000:00/1d.0";
    scene.report(moved);
    REQUIRE(scene.items.size() == 1);
    CHECK(scene.item().part.key == "pci/0000:00/1d.0");
    CHECK(scene.last_event() == "moved");
}

TEST_CASE("the part in another device's report is reappeared, wherever the removal stood") {
    Scene scene;
    scene.up_to_removed();
    scene.three_reports(scene.without);
    DeviceId other;
    other.value[0] = 9;
    const auto change = on_sighting(scene.item(), other, card(), scene.facts.at);
    REQUIRE(change);
    CHECK(change->item.state == State::reappeared);
    CHECK(change->events.back().note.find(other.text()) != std::string::npos);

    Component another_unit = card();
    another_unit.serial = Reading::of("CARD-0002");
    CHECK_FALSE(on_sighting(scene.item(), other, another_unit, scene.facts.at));
    CHECK_FALSE(on_sighting(scene.item(), scene.device, card(), scene.facts.at));
}

TEST_CASE("a placeholder or a made-up MAC address in another device's report brings nothing back") {
    for (const char* filler : {"Default string", "To be filled by O.E.M.", "00000000"}) {
        Scene scene;
        at(scene.with, card_key).serial = Reading::of(filler);
        at(scene.with, card_key).identifiers.push_back({Registry::mac, "020000000001"});
        const Component seen = at(scene.with, card_key);
        scene.up_to_removed();
        scene.three_reports(scene.without);
        REQUIRE(scene.state() == State::absence_observed);
        DeviceId other;
        other.value[0] = 9;
        CHECK_FALSE(on_sighting(scene.item(), other, seen, scene.facts.at));
    }
}

TEST_CASE("a part that its own device still reports has not reappeared elsewhere") {
    Scene scene;
    scene.report(scene.with);
    DeviceId other;
    other.value[0] = 9;
    CHECK_FALSE(on_sighting(scene.item(), other, card(), scene.facts.at));
}

TEST_CASE("a silent device makes its open items unreachable, and its next report brings them back as they were") {
    Scene scene;
    scene.report(scene.with);
    REQUIRE(scene.act(Action::confirm));
    auto change = on_time(scene.item(), scene.facts.at, true);
    REQUIRE(change);
    scene.take(*std::move(change));
    CHECK(scene.state() == State::unreachable);
    CHECK_FALSE(on_time(scene.item(), scene.facts.at, true));
    scene.report(scene.with);
    CHECK(scene.state() == State::confirmed);
}

TEST_CASE("an exception ends the day after its last, and not before") {
    Scene scene;
    scene.report(scene.with);
    REQUIRE(scene.act(Action::except));            // until 2029-05-06
    const UnixMillis last_day{1'872'720'000'000};  // 2029-05-06T00:00:00Z
    CHECK(Date::of(last_day).text() == "2029-05-06");
    CHECK_FALSE(on_time(scene.item(), last_day + std::chrono::hours(23), false));
    const auto change = on_time(scene.item(), last_day + std::chrono::hours(24), false);
    REQUIRE(change);
    CHECK(change->item.state == State::detected);
    CHECK(change->events.back().event == "exception_expired");
}

TEST_CASE("what was set aside comes back when another list names the part") {
    for (const Action action : {Action::dismiss, Action::except}) {
        Scene scene;
        scene.report(scene.with);
        REQUIRE(scene.act(action));
        scene.report(scene.with);
        CHECK_FALSE(is_open(scene.state()));
        scene.judged[0].demands.push_back({"f9", "another-list", "huawei", "Another", "review", {}});
        scene.report(scene.with);
        CHECK(scene.state() == State::detected);
        CHECK(scene.last_event() == "new_finding");
    }
}

TEST_CASE("an item whose finding the packs no longer make stays, and says so") {
    Scene scene;
    scene.report(scene.with);
    scene.judged.clear();
    scene.report(scene.with);
    CHECK(scene.state() == State::detected);
    CHECK(scene.item().demands.empty());
    CHECK(scene.item().two_persons);
    CHECK(scene.last_event() == "findings_changed");
}

TEST_CASE("judging an earlier report again does not touch what a removal is measured against") {
    Scene scene;
    scene.report(scene.with);
    const Baseline before = scene.item().baseline;
    scene.facts.fresh = false;
    scene.facts.agent_version.clear();
    scene.report(scene.with);
    CHECK(scene.item().baseline == before);
}

TEST_SUITE_END();
}  // namespace assay::worklist::test
