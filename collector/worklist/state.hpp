#pragma once
// The states of a worklist item, what a person may ask for, and which of it may follow which. One table; everything
// that is not in it is refused. `absence_observed`, `unreachable`, `altered` and `reappeared` are the collector's
// alone: no person's action leads there.

#include "base/result.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace assay::worklist {

enum class State {
    detected,          // a finding asks for work
    confirmed,         // a person has looked: it is so
    planned,           // a day is set
    in_removal,        // a crew is at it
    removed,           // a person says that it is out; the collector watches for its absence
    absence_observed,  // every rule of absence held; the grade says how much that is worth
    disposed,          // a person says what became of the part
    closed,
    false_positive,
    excepted,     // until a day
    unreachable,  // the device has fallen silent; what the item was before is kept
    altered,      // the same serial, MAC or firmware hash is there under other ids
    reappeared,   // the part is back, here or in another device
};
std::string_view name(State state);
std::string_view meaning(State state);  // one sentence
std::span<const State> all_states();
std::optional<State> state_named(std::string_view name);
bool is_open(State state);  // there is still something to do

// How much an observed absence is worth. Until boots are appraised it is `reported` at most.
enum class Grade { reported, measured, corroborated };
std::string_view name(Grade grade);
std::optional<Grade> grade_named(std::string_view name);

enum class Action { confirm, plan, start, removed, dispose, close, dismiss, except, reopen, note };
std::string_view name(Action action);
std::span<const Action> all_actions();
std::optional<Action> action_named(std::string_view name);

// Where the action leads from this state; nullopt: not allowed.
std::optional<State> after(State from, Action action);
std::vector<Action> allowed(State from);
// Actions that are statements of a person need their words.
bool needs_note(Action action);

}  // namespace assay::worklist
