#pragma once
// A worklist item as a value: the part, the findings that ask for work on it, its state, what a removal is measured
// against, and the rules of absence as they stood last. Kept over reports; nothing of it is forgotten when it is
// closed. Texts that came from devices were cleaned when their inventory was decoded.

#include "base/time.hpp"
#include "collector/worklist/part.hpp"
#include "collector/worklist/state.hpp"
#include "evidence/device_id.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace assay::worklist {

// What of a finding matters here. `action` is a word of policy's actions.
struct Demand {
    std::string finding;  // its id
    std::string entry;    // of the list
    std::string entity;
    std::string authority;
    std::string action;
    std::optional<Date> deadline;  // of remove_by
    friend auto operator<=>(const Demand&, const Demand&) = default;
};
// `no_new_purchase`, `review` and `remove_by` open an item; `inform` does not.
bool asks_for_work(std::string_view action);

// The device when the part was last seen: what later reports are compared with.
struct Baseline {
    std::uint64_t generation = 0;
    std::string agent_version;
    std::string chassis;              // the system's or chassis' serial, or ""
    std::set<std::string> units;      // of the other parts whose serials name a unit: 16 hex digits of a hash each
    std::string source;               // that covered the part's place, or ""
    std::vector<std::string> places;  // what that source covered, but for places that lie on the part itself
    friend bool operator==(const Baseline&, const Baseline&) = default;
};

// The removal as a person stated it, and the device's counters at that moment.
struct Claim {
    std::string by;
    UnixMillis at;
    std::uint32_t reset_count = 0;
    std::uint64_t clock_ms = 0;
    friend bool operator==(const Claim&, const Claim&) = default;
};

// What was seen since the claim.
struct Watch {
    std::uint32_t reports = 0;  // without the part, after the cold boot, with every other rule holding
    UnixMillis first_at;
    UnixMillis last_at;
    std::uint64_t first_clock_ms = 0;
    std::uint64_t last_clock_ms = 0;
    std::set<std::uint32_t> accepted_boots;  // resetCounts of such reports whose boot was accepted; two are kept
    bool cleared = false;                    // the TPM was cleared since
    bool still_there = false;                // the part was in a report since
    friend bool operator==(const Watch&, const Watch&) = default;
};

enum class Standing { holds, not_yet, contradicted };
std::string_view name(Standing standing);
std::optional<Standing> standing_named(std::string_view name);

struct Condition {
    std::string rule;  // a stable word: collector/worklist/absence.hpp lists them
    Standing standing = Standing::not_yet;
    std::string what;   // one sentence: what was seen
    std::string to_do;  // what helps, or "" when it holds
    friend bool operator==(const Condition&, const Condition&) = default;
};

struct Item {
    std::uint64_t id = 0;       // given by the store; 0 for an item that was opened just now
    std::uint64_t version = 1;  // of what the store holds: compare-and-set
    DeviceId device;
    Part part;
    std::vector<Demand> demands;  // sorted; empty when the active packs no longer find it
    State state = State::detected;
    std::optional<State> before;      // of unreachable: what it comes back to
    std::optional<Date> until;        // of excepted
    std::optional<Date> planned_for;  // of planned and later
    std::optional<Grade> grade;       // of absence_observed and later
    bool two_persons = false;         // a demand was ever remove_by: two persons have to close it
    std::string first_closer;         // the first of the two
    std::optional<UnixMillis> missing_since;
    Baseline baseline;
    std::optional<Claim> claim;
    Watch watch;
    std::vector<Condition> conditions;  // empty before a removal was claimed
    UnixMillis opened_at;
    UnixMillis changed_at;
    friend bool operator==(const Item&, const Item&) = default;
};

// The demand that weighs most: remove_by with the earliest day, review, no_new_purchase. nullptr: none.
const Demand* strongest(const Item& item);

// What happened to an item, in order, never changed.
struct Event {
    UnixMillis at;
    std::string actor;  // "collector", or the operator's name
    std::string event;  // "opened", an action's word, "missing", "seen_again", "absence_observed", ...
    State from = State::detected;
    State to = State::detected;
    std::string note;
    friend bool operator==(const Event&, const Event&) = default;
};

struct Change {
    Item item;  // as it is now; id 0: to be added
    std::vector<Event> events;
};

// What the store keeps beside the columns of its own (id, version, device, state, grade, times): canonical JSON.
std::string encode_body(const Item& item);
// Sets what the body holds; the rest of the item stays. Errors as Fields: what is kept was written by encode_body, so
// an error means a database that somebody else wrote.
Result<void> decode_body(std::string_view text, Item& item);

}  // namespace assay::worklist
