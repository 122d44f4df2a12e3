#pragma once
// What was refused and says nothing about a device, because anybody could have sent it: a bounded list, and counters by
// reason that never shrink.

#include "collector/store/database.hpp"
#include "evidence/device_id.hpp"

#include <span>
#include <string>
#include <vector>

namespace assay::store {

inline constexpr std::size_t attempts_kept = 10'000;

struct Attempt {
    std::uint64_t number = 0;  // given by add_attempts
    UnixMillis at;
    std::string peer;
    std::optional<DeviceId> claimed;  // the id that was named, not proven
    std::string step;                 // "enrolment", "proof", "challenge", "report", "document", "session"
    std::string code;                 // a word of Errc
    std::string reason;               // a reason code, or ""
    std::string detail;
};
struct AttemptCount {
    std::string step;
    std::string reason;  // the reason code, or the word of Errc where there is none
    std::uint64_t count = 0;
    UnixMillis last_at;
};

// Keeps and counts each.
void add_attempts(Database& db, std::span<const Attempt> attempts);
// Counts attempts that came too fast to be kept one by one.
void count_attempts(Database& db, const AttemptCount& more);
// The newest first, below the number `before` where it is given.
std::vector<Attempt> attempts(Database& db, std::size_t newest, std::optional<std::uint64_t> before = {});
std::vector<AttemptCount> attempt_counts(Database& db);

}  // namespace assay::store
