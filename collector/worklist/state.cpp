#include "collector/worklist/state.hpp"

#include "base/words.hpp"

#include <algorithm>
#include <array>

namespace assay::worklist {
namespace {

struct StateRow {
    State state;
    std::string_view name;
    std::string_view meaning;
};
constexpr std::array states{
    StateRow{State::detected, "detected", "A finding asks for work on this part."},
    StateRow{State::confirmed, "confirmed", "A person has looked and says that it is so."},
    StateRow{State::planned, "planned", "A day for the removal is set."},
    StateRow{State::in_removal, "in_removal", "The removal is under way."},
    StateRow{State::removed, "removed", "A person says that the part is out; the collector watches for its absence."},
    StateRow{
        State::absence_observed, "absence_observed",
        "The collector saw every rule of absence hold; the grade says how much that proves."
    },
    StateRow{State::disposed, "disposed", "A person says what became of the part."},
    StateRow{State::closed, "closed", "Done; the item and its events are kept."},
    StateRow{State::false_positive, "false_positive", "A person says that the finding does not hold for this part."},
    StateRow{State::excepted, "excepted", "Left in place until a day; then the item comes back."},
    StateRow{State::unreachable, "unreachable", "The device does not report; nothing new is known of the part."},
    StateRow{
        State::altered, "altered", "The part's serial, MAC address or firmware hash was seen under other identifiers."
    },
    StateRow{State::reappeared, "reappeared", "The part was seen again after it had been removed or closed."},
};
constexpr auto all = [] {
    std::array<State, states.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = states[i].state;
    return out;
}();

constexpr auto grades = words<Grade>({
    {Grade::reported, "reported"},
    {Grade::measured, "measured"},
    {Grade::corroborated, "corroborated"},
});

constexpr auto actions = words<Action>({
    {Action::confirm, "confirm"},
    {Action::plan, "plan"},
    {Action::start, "start"},
    {Action::removed, "removed"},
    {Action::dispose, "dispose"},
    {Action::close, "close"},
    {Action::dismiss, "dismiss"},
    {Action::except, "except"},
    {Action::reopen, "reopen"},
    {Action::note, "note"},
});

struct Step {
    Action action;
    State from;
    State to;
};
constexpr std::array steps{
    Step{Action::confirm, State::detected, State::confirmed},
    Step{Action::confirm, State::altered, State::confirmed},
    Step{Action::confirm, State::reappeared, State::confirmed},
    Step{Action::plan, State::confirmed, State::planned},
    Step{Action::plan, State::planned, State::planned},
    Step{Action::start, State::planned, State::in_removal},
    Step{Action::removed, State::in_removal, State::removed},
    Step{Action::dispose, State::absence_observed, State::disposed},
    Step{Action::close, State::disposed, State::closed},
    Step{Action::dismiss, State::detected, State::false_positive},
    Step{Action::dismiss, State::confirmed, State::false_positive},
    Step{Action::dismiss, State::planned, State::false_positive},
    Step{Action::dismiss, State::altered, State::false_positive},
    Step{Action::dismiss, State::reappeared, State::false_positive},
    Step{Action::except, State::detected, State::excepted},
    Step{Action::except, State::confirmed, State::excepted},
    Step{Action::except, State::planned, State::excepted},
    Step{Action::except, State::reappeared, State::excepted},
    Step{Action::reopen, State::confirmed, State::detected},
    Step{Action::reopen, State::planned, State::detected},
    Step{Action::reopen, State::in_removal, State::detected},
    Step{Action::reopen, State::removed, State::detected},
    Step{Action::reopen, State::absence_observed, State::detected},
    Step{Action::reopen, State::disposed, State::detected},
    Step{Action::reopen, State::false_positive, State::detected},
    Step{Action::reopen, State::excepted, State::detected},
    Step{Action::reopen, State::altered, State::detected},
    Step{Action::reopen, State::reappeared, State::detected},
};

}  // namespace

std::string_view name(State state) {
    return std::ranges::find(states, state, &StateRow::state)->name;
}

std::string_view meaning(State state) {
    return std::ranges::find(states, state, &StateRow::state)->meaning;
}

std::span<const State> all_states() {
    return all;
}

std::optional<State> state_named(std::string_view text) {
    const auto* const row = std::ranges::find(states, text, &StateRow::name);
    if (row == states.end()) return std::nullopt;
    return row->state;
}

bool is_open(State state) {
    return state != State::closed && state != State::false_positive && state != State::excepted;
}

std::string_view name(Grade grade) {
    return grades.of(grade);
}

std::optional<Grade> grade_named(std::string_view text) {
    return grades.named(text);
}

std::string_view name(Action action) {
    return actions.of(action);
}

std::span<const Action> all_actions() {
    return actions.values();
}

std::optional<Action> action_named(std::string_view text) {
    return actions.named(text);
}

std::optional<State> after(State from, Action action) {
    if (action == Action::note) return from;
    for (const Step& step : steps) {
        if (step.from == from && step.action == action) return step.to;
    }
    return std::nullopt;
}

std::vector<Action> allowed(State from) {
    std::vector<Action> out;
    for (const Action action : actions.values()) {
        if (after(from, action)) out.push_back(action);
    }
    return out;
}

bool needs_note(Action action) {
    switch (action) {
        case Action::removed:
        case Action::dispose:
        case Action::close:
        case Action::dismiss:
        case Action::except:
        case Action::reopen:
        case Action::note: return true;
        case Action::confirm:
        case Action::plan:
        case Action::start: return false;
    }
    return true;
}

}  // namespace assay::worklist
