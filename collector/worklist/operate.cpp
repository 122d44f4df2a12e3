#include "collector/worklist/operate.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay::worklist {
namespace {

// What an unreachable item was before: a device that is switched off for the removal falls silent, and the crew goes
// on.
State acted_on(const Item& item) {
    return item.state == State::unreachable ? item.before.value_or(State::detected) : item.state;
}

Result<void> check(const Request& request, UnixMillis now) {
    if (request.note.size() > max_note_bytes)
        return fail(Errc::limit_exceeded, "note", fmt::format("is longer than {} bytes", max_note_bytes));
    if (clean_text(request.note, max_note_bytes + 1) != request.note)
        return fail(Errc::bad_value, "note", "has control characters, is not UTF-8, or ends with a space");
    if (needs_note(request.action) && request.note.empty()) {
        return fail(
            Errc::missing_field, "note", fmt::format("{} is a person's statement: say it", name(request.action))
        );
    }
    const bool takes_date = request.action == Action::plan || request.action == Action::except;
    if (takes_date && !request.date)
        return fail(Errc::missing_field, "date", fmt::format("{} needs a day", name(request.action)));
    if (!takes_date && request.date)
        return fail(Errc::bad_value, "date", fmt::format("{} takes no day", name(request.action)));
    if (takes_date && *request.date < Date::of(now)) return fail(Errc::bad_value, "date", "has passed");
    return {};
}

void forget_removal(Item& item) {
    item.claim.reset();
    item.watch = {};
    item.conditions.clear();
    item.grade.reset();
    item.first_closer.clear();
}

void carry_out(Item& item, const Request& request, const std::optional<ClockInfo>& last_clock, UnixMillis now) {
    switch (request.action) {
        case Action::plan: item.planned_for = request.date; break;
        case Action::except: item.until = request.date; break;
        case Action::removed:
            forget_removal(item);
            item.claim = Claim{.by = request.actor, .at = now};
            if (last_clock) {
                item.claim->reset_count = last_clock->reset_count;
                item.claim->clock_ms = last_clock->clock_ms;
            }
            break;
        case Action::reopen:
        case Action::confirm:
            forget_removal(item);
            item.until.reset();
            item.planned_for.reset();
            break;
        case Action::start:
        case Action::dispose:
        case Action::close:
        case Action::dismiss:
        case Action::note: break;
    }
}

}  // namespace

Result<Change> on_operator(
    const Item& item, const Request& request, const std::optional<ClockInfo>& last_clock, UnixMillis now
) {
    CHECK_OK(check(request, now));
    const State from = acted_on(item);
    const std::optional<State> to = after(from, request.action);
    if (!to) {
        std::vector<std::string_view> words;
        for (const Action action : allowed(from)) words.push_back(name(action));
        return fail(
            Errc::conflict, "action",
            fmt::format(
                "an item that is {} does not take {}; it takes: {}", name(from), name(request.action),
                fmt::join(words, ", ")
            )
        );
    }
    Change change{item, {}};
    std::string event(name(request.action));
    if (request.action == Action::note) {
        change.events.push_back({now, request.actor, event, item.state, item.state, request.note});
        change.item.changed_at = now;
        return change;
    }
    change.item.state = *to;
    change.item.before.reset();
    if (request.action == Action::close && item.two_persons) {
        if (item.first_closer == request.actor)
            return fail(Errc::denied, "actor", "a second person has to close what has to be removed by a day");
        if (item.first_closer.empty()) {
            change.item.first_closer = request.actor;
            change.item.state = item.state;
            event = "close_by_first_person";
        }
    }
    carry_out(change.item, request, last_clock, now);
    std::string note = request.note;
    if (request.date) note = request.date->text() + (note.empty() ? "" : ": " + note);
    change.events.push_back({now, request.actor, std::move(event), item.state, change.item.state, std::move(note)});
    change.item.changed_at = now;
    return change;
}

}  // namespace assay::worklist
