#include "collector/worklist/state.hpp"
#include "tests/collector/worklist/scene.hpp"

#include <map>

namespace assay::worklist::test {
TEST_SUITE_BEGIN("worklist: persons");

// Everything a person may do; what is not here is refused.
const std::map<std::pair<State, Action>, State>& allowed_steps() {
    static const std::map<std::pair<State, Action>, State> steps{
        {{State::detected, Action::confirm}, State::confirmed},
        {{State::detected, Action::dismiss}, State::false_positive},
        {{State::detected, Action::except}, State::excepted},
        {{State::confirmed, Action::plan}, State::planned},
        {{State::confirmed, Action::dismiss}, State::false_positive},
        {{State::confirmed, Action::except}, State::excepted},
        {{State::confirmed, Action::reopen}, State::detected},
        {{State::planned, Action::plan}, State::planned},
        {{State::planned, Action::start}, State::in_removal},
        {{State::planned, Action::dismiss}, State::false_positive},
        {{State::planned, Action::except}, State::excepted},
        {{State::planned, Action::reopen}, State::detected},
        {{State::in_removal, Action::removed}, State::removed},
        {{State::in_removal, Action::reopen}, State::detected},
        {{State::removed, Action::reopen}, State::detected},
        {{State::absence_observed, Action::dispose}, State::disposed},
        {{State::absence_observed, Action::reopen}, State::detected},
        {{State::disposed, Action::close}, State::closed},
        {{State::disposed, Action::reopen}, State::detected},
        {{State::false_positive, Action::reopen}, State::detected},
        {{State::excepted, Action::reopen}, State::detected},
        {{State::altered, Action::confirm}, State::confirmed},
        {{State::altered, Action::dismiss}, State::false_positive},
        {{State::altered, Action::reopen}, State::detected},
        {{State::reappeared, Action::confirm}, State::confirmed},
        {{State::reappeared, Action::dismiss}, State::false_positive},
        {{State::reappeared, Action::except}, State::excepted},
        {{State::reappeared, Action::reopen}, State::detected},
    };
    return steps;
}

Request asking(Action action) {
    Request request{.action = action, .actor = "ann", .note = "because", .date = {}};
    if (action == Action::plan || action == Action::except) request.date = *Date::parse("2029-05-06");
    return request;
}

TEST_CASE("every state and every action: allowed as the table says, else refused with what is allowed") {
    const UnixMillis now{1'700'000'000'000};
    for (const State state : all_states()) {
        for (const Action action : all_actions()) {
            if (action == Action::note || state == State::unreachable) continue;
            CAPTURE(name(state));
            CAPTURE(name(action));
            Item item;
            item.state = state;
            const auto change = on_operator(item, asking(action), std::nullopt, now);
            const auto step = allowed_steps().find({state, action});
            if (step != allowed_steps().end()) {
                REQUIRE(change);
                CHECK(change->item.state == step->second);
                REQUIRE(change->events.size() == 1);
                CHECK(change->events[0].from == state);
                CHECK(change->events[0].to == step->second);
                CHECK(change->events[0].actor == "ann");
            } else {
                REQUIRE_FALSE(change);
                CHECK(change.error().code == Errc::conflict);
            }
        }
    }
}

TEST_CASE("no person's action leads to what only the collector may say") {
    for (const State from : all_states()) {
        for (const Action action : all_actions()) {
            if (action == Action::note) continue;
            const auto to = after(from, action);
            if (!to) continue;
            CHECK(*to != State::absence_observed);
            CHECK(*to != State::unreachable);
            CHECK(*to != State::altered);
            CHECK(*to != State::reappeared);
        }
    }
}

TEST_CASE("every word of states, actions and grades is read back") {
    for (const State state : all_states()) {
        CHECK(state_named(name(state)) == state);
        CHECK_FALSE(meaning(state).empty());
    }
    for (const Action action : all_actions()) CHECK(action_named(name(action)) == action);
    for (const Grade grade : {Grade::reported, Grade::measured, Grade::corroborated})
        CHECK(grade_named(name(grade)) == grade);
    CHECK_FALSE(state_named("absent"));
    CHECK_FALSE(action_named("absence_observed"));
}

TEST_CASE("a note changes no state, from any") {
    for (const State state : all_states()) {
        Item item;
        item.state = state;
        const auto change = on_operator(item, asking(Action::note), std::nullopt, {1'700'000'000'000});
        REQUIRE(change);
        CHECK(change->item.state == state);
        CHECK(change->events.at(0).note == "because");
    }
}

TEST_CASE("statements of a person need a note, days are days to come, texts are clean") {
    const UnixMillis now{1'700'000'000'000};  // 2023-11-14
    Item item;
    Request request = asking(Action::dismiss);
    request.note.clear();
    CHECK(on_operator(item, request, std::nullopt, now).error().code == Errc::missing_field);
    request.note = "two\nlines";
    CHECK(on_operator(item, request, std::nullopt, now).error().code == Errc::bad_value);
    request.note = std::string(max_note_bytes + 1, 'x');
    CHECK(on_operator(item, request, std::nullopt, now).error().code == Errc::limit_exceeded);
    request.note = std::string(max_note_bytes, 'x');
    CHECK(on_operator(item, request, std::nullopt, now));
    request.date = *Date::parse("2029-05-06");
    CHECK(on_operator(item, request, std::nullopt, now).error().where == "date");

    request = asking(Action::except);
    request.date = *Date::parse("2023-11-13");
    CHECK(on_operator(item, request, std::nullopt, now).error().code == Errc::bad_value);
    request.date = *Date::parse("2023-11-14");
    CHECK(on_operator(item, request, std::nullopt, now));
    request.date.reset();
    CHECK(on_operator(item, request, std::nullopt, now).error().code == Errc::missing_field);
}

TEST_CASE("what had to be removed by a day is closed by two different persons") {
    Item item;
    item.state = State::disposed;
    item.two_persons = true;
    auto first = on_operator(item, asking(Action::close), std::nullopt, {1'700'000'000'000});
    REQUIRE(first);
    CHECK(first->item.state == State::disposed);
    CHECK(first->events.at(0).event == "close_by_first_person");
    const auto same = on_operator(first->item, asking(Action::close), std::nullopt, {1'700'000'000'000});
    REQUIRE_FALSE(same);
    CHECK(same.error().code == Errc::denied);
    Request bob = asking(Action::close);
    bob.actor = "bob";
    const auto second = on_operator(first->item, bob, std::nullopt, {1'700'000'000'000});
    REQUIRE(second);
    CHECK(second->item.state == State::closed);
}

TEST_CASE("what only needed review is closed by one person") {
    Item item;
    item.state = State::disposed;
    const auto change = on_operator(item, asking(Action::close), std::nullopt, {1'700'000'000'000});
    REQUIRE(change);
    CHECK(change->item.state == State::closed);
}

TEST_CASE("a device that is switched off for the removal does not stop the crew") {
    Item item;
    item.state = State::unreachable;
    item.before = State::planned;
    const auto change = on_operator(item, asking(Action::start), std::nullopt, {1'700'000'000'000});
    REQUIRE(change);
    CHECK(change->item.state == State::in_removal);
    CHECK_FALSE(change->item.before);
    CHECK_FALSE(on_operator(item, asking(Action::dispose), std::nullopt, {1'700'000'000'000}));
}

TEST_CASE("the statement of removal keeps the device's counters of that moment, and starts the watch anew") {
    Item item;
    item.state = State::in_removal;
    item.watch.reports = 9;
    const ClockInfo clock{.clock_ms = 1234, .reset_count = 5, .restart_count = 0, .safe = true};
    const auto change = on_operator(item, asking(Action::removed), clock, {1'700'000'000'000});
    REQUIRE(change);
    REQUIRE(change->item.claim);
    CHECK(change->item.claim->by == "ann");
    CHECK(change->item.claim->reset_count == 5);
    CHECK(change->item.claim->clock_ms == 1234);
    CHECK(change->item.watch.reports == 0);
}

TEST_SUITE_END();
}  // namespace assay::worklist::test
