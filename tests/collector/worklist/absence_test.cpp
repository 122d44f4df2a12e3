#include "tests/collector/worklist/scene.hpp"

#include <functional>

namespace assay::worklist::test {
TEST_SUITE_BEGIN("worklist: absence");

TEST_CASE("absence is observed, at grade reported, when every rule holds and no boot was appraised") {
    Scene scene;
    scene.up_to_removed();
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::absence_observed);
    CHECK(scene.item().grade == Grade::reported);
    CHECK(scene.condition("accepted_boots").standing == Standing::not_yet);
    CHECK(scene.events.back().actor == "collector");
}

TEST_CASE("the rules are listed in one order, each with a sentence, and with advice while it does not hold") {
    Scene scene;
    scene.up_to_removed();
    scene.report(scene.with);
    const auto names = rule_names();
    REQUIRE(scene.item().conditions.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Condition& one = scene.item().conditions[i];
        CAPTURE(one.rule);
        CHECK(one.rule == names[i]);
        CHECK_FALSE(one.what.empty());
        CHECK((one.standing == Standing::holds) == one.to_do.empty());
    }
}

struct Break {
    std::string rule;
    Standing standing;
    std::function<void(Scene&, Inventory&)> break_it;  // the reports' facts and their inventory
};

// Each way to fail one rule; every other one holds. Deleting the rule's check would let absence be observed.
std::vector<Break> breaks() {
    return {
        {"live_reading", Standing::not_yet, [](Scene& s, Inventory&) { s.facts.replayed = true; }},
        {"same_generation", Standing::contradicted, [](Scene& s, Inventory&) { s.facts.generation = 2; }},
        {"same_chassis", Standing::contradicted,
         [](Scene&, Inventory& i) { at(i, "system").serial = Reading::of("CHASSIS-78"); }},
        {"same_chassis", Standing::not_yet,
         [](Scene&, Inventory& i) { at(i, "system").serial = Reading::unreadable("denied"); }},
        {"same_units", Standing::contradicted,
         [](Scene&, Inventory& i) {
             at(i, "memory/1").serial = Reading::of("DIMM-8888");
             at(i, "memory/2").serial = Reading::of("DIMM-9999");
         }},
        {"same_chassis", Standing::not_yet,
         [](Scene&, Inventory& i) { at(i, "system").serial = Reading::of("System Serial Number"); }},
        {"same_units", Standing::contradicted,
         [](Scene&, Inventory& i) {
             at(i, "memory/1").serial = Reading::of("SerNum0");
             at(i, "memory/2").serial = Reading::of("00000000");
         }},
        {"no_contradiction", Standing::contradicted,
         [](Scene&, Inventory& i) {
             i.components.push_back(card());
             i.components.back().serial = Reading::of("To be filled by O.E.M.");
             normalise(i);
         }},
        {"source_ok", Standing::not_yet, [](Scene&, Inventory& i) { i.sources[0].state = SourceState::denied; }},
        {"source_ok", Standing::contradicted, [](Scene&, Inventory& i) { i.sources.erase(i.sources.begin()); }},
        {"place_covered", Standing::contradicted, [](Scene&, Inventory& i) { i.sources[0].covered = {"pci/0001:00"}; }},
        {"parent_present", Standing::not_yet,
         [](Scene&, Inventory& i) {
             std::erase_if(i.components, [](const Component& c) { return c.key == "pci/0000:00/1c.0"; });
         }},
        {"no_contradiction", Standing::contradicted,
         [](Scene&, Inventory& i) {
             i.components.push_back(card());
             i.components.back().serial = Reading::unreadable("denied");
             normalise(i);
         }},
        {"agent_as_capable", Standing::not_yet, [](Scene& s, Inventory&) { s.facts.agent_version = "0.0.9"; }},
    };
}

TEST_CASE("each rule, broken on purpose, keeps absence from being observed and is named") {
    for (const Break& one : breaks()) {
        CAPTURE(one.rule);
        Scene scene;
        scene.up_to_removed();
        Inventory inventory = scene.without;
        one.break_it(scene, inventory);
        scene.three_reports(inventory);
        CHECK(scene.state() == State::removed);
        CHECK(scene.condition(one.rule).standing == one.standing);
        CHECK(scene.item().watch.reports == 0);
    }
}

TEST_CASE("placeholders that stay the same do not make it the same chassis or the same units") {
    Scene scene;
    for (Inventory* inventory : {&scene.with, &scene.without}) {
        at(*inventory, "system").serial = Reading::of("Default string");
        for (Component& one : inventory->components) {
            if (one.key.starts_with("block/") || one.key.starts_with("memory/")) one.serial = Reading::of("0123456789");
        }
    }
    scene.up_to_removed();
    CHECK(scene.item().baseline.chassis.empty());
    CHECK(scene.item().baseline.units.empty());
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("same_chassis").standing == Standing::not_yet);
    CHECK(scene.condition("same_units").standing == Standing::not_yet);
}

TEST_CASE("an inventory that was imported proves no absence") {
    Scene scene;
    scene.up_to_removed();
    scene.facts.quoted = false;
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("live_reading").standing == Standing::not_yet);
    CHECK(scene.condition("cold_boot").standing == Standing::not_yet);
}

TEST_CASE("without a cold boot after the statement nothing counts: a function can be hidden from a running system") {
    Scene scene;
    scene.up_to_removed();
    --scene.facts.clock.reset_count;
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("cold_boot").standing == Standing::not_yet);
    CHECK(scene.condition("cold_boot").to_do == "Cold boot the device.");
    scene.reboot();
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::absence_observed);
}

TEST_CASE("a cleared TPM is a contradiction that stays") {
    Scene scene;
    scene.up_to_removed();
    const ClockInfo before = scene.facts.clock;
    scene.facts.clock = {.clock_ms = 10, .reset_count = 0, .restart_count = 0, .safe = true};
    scene.report(scene.without);
    CHECK(scene.condition("not_cleared").standing == Standing::contradicted);
    scene.facts.clock = before;
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("not_cleared").standing == Standing::contradicted);
}

TEST_CASE("a clock that is not safe may repeat an hour, one that is safe not a millisecond") {
    for (const bool safe : {true, false}) {
        Scene scene;
        scene.up_to_removed();
        scene.facts.clock.clock_ms = scene.item().claim->clock_ms - 1;
        scene.facts.clock.safe = safe;
        scene.report(scene.without);
        CHECK(scene.condition("not_cleared").standing == (safe ? Standing::contradicted : Standing::holds));
    }
}

TEST_CASE("three reports within a minute are not enough, by either clock") {
    Scene scene;
    scene.up_to_removed();
    for (int i = 0; i < 5; ++i) {
        scene.report(scene.without);
        scene.later(1'000);
    }
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("enough_reports").standing == Standing::holds);
    CHECK(scene.condition("enough_time").standing == Standing::not_yet);

    SUBCASE("the collector's clock alone jumps") {
        scene.facts.at.value += 10 * hour_ms;
    }
    SUBCASE("the TPM's clock alone jumps") {
        scene.facts.clock.clock_ms += 10 * hour_ms;
    }
    scene.report(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("enough_time").standing == Standing::not_yet);
}

TEST_CASE("two reports over a long time are not enough") {
    Scene scene;
    scene.up_to_removed();
    scene.report(scene.without);
    scene.later(100 * hour_ms);
    scene.report(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("enough_reports").standing == Standing::not_yet);
}

TEST_CASE("two accepted boots without the part raise the grade to measured; one does not") {
    Scene scene;
    scene.up_to_removed();
    scene.facts.boot_accepted = true;
    scene.three_reports(scene.without);
    CHECK(scene.item().grade == Grade::reported);
    scene.reboot();
    scene.report(scene.without);
    CHECK(scene.state() == State::absence_observed);
    CHECK(scene.item().grade == Grade::measured);
    CHECK(scene.last_event() == "grade_raised");
}

TEST_CASE("an earlier report judged again counts towards nothing") {
    Scene scene;
    scene.up_to_removed();
    scene.facts.fresh = false;
    for (int i = 0; i < 9; ++i) scene.three_reports(scene.without);
    CHECK(scene.item().watch.reports == 0);
    CHECK(scene.state() == State::removed);
}

TEST_CASE("a part whose place no source covered is never observed as absent") {
    Scene scene;
    scene.with.sources[0].covered = {};
    scene.without.sources[0].covered = {};
    scene.up_to_removed();
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("source_ok").standing == Standing::not_yet);
}

TEST_CASE("newer agents are as capable, numbers compared as numbers") {
    for (const auto& [version, capable] : std::vector<std::pair<std::string, bool>>{
             {"0.1.0", true}, {"0.10.0", true}, {"1", true}, {"0.0.99", false}, {"", false}, {"dev", false}
         }) {
        CAPTURE(version);
        Scene scene;
        scene.up_to_removed();
        scene.facts.agent_version = version;
        scene.report(scene.without);
        CHECK((scene.condition("agent_as_capable").standing == Standing::holds) == capable);
    }
}

TEST_CASE("a device without any serial number is never known to be the same") {
    Scene scene;
    for (Inventory* inventory : {&scene.with, &scene.without}) {
        for (Component& one : inventory->components) {
            if (one.key != card_key) one.serial = Reading();
        }
    }
    scene.up_to_removed();
    scene.three_reports(scene.without);
    CHECK(scene.state() == State::removed);
    CHECK(scene.condition("same_chassis").standing == Standing::not_yet);
    CHECK(scene.condition("same_units").standing == Standing::not_yet);
}

TEST_SUITE_END();
}  // namespace assay::worklist::test
