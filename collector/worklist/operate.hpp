#pragma once
// What a person does to a worklist item: the change, or why not. A person can never set absence_observed; `close` is
// the last of several statements, and for remove_by two different persons have to make it.

#include "collector/worklist/item.hpp"
#include "evidence/tpm/attest.hpp"

namespace assay::worklist {

inline constexpr std::size_t max_note_bytes = 2'000;

struct Request {
    Action action = Action::note;
    std::string actor;
    std::string note;
    std::optional<Date> date;  // plan: the day of removal; except: the last day of the exception
};

// `last_clock`: the counters of the device as last quoted, for `removed`; none for a device that never quoted.
// Errors: conflict (the state does not allow it; the sentence says what it allows), missing_field (note, date),
// bad_value (a date that has passed, a text with control characters), limit_exceeded (note), denied (the same person
// twice).
Result<Change> on_operator(
    const Item& item, const Request& request, const std::optional<ClockInfo>& last_clock, UnixMillis now
);

}  // namespace assay::worklist
