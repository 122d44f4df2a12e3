#pragma once
// Finds the flaws of a log that was cut into events (evidence/boot/log_flaw.hpp), all but those of the cutting itself.

#include "evidence/boot/event_log.hpp"

#include <optional>
#include <vector>

namespace assay {

// At most limits::log_flaws, and every fatal one.
std::vector<LogFlaw> find_log_flaws(const EventLog& log);

// PFP 1.06, "Startup Locality Event": with what PCR 0 begins. Told by EV_NO_ACTION events, which nothing covers; a
// wrong one makes a replay that no quote equals.
struct StartLocality {
    std::uint8_t value = 0;  // 0, 3 or 4
    std::vector<LogFlaw> flaws;
};
StartLocality start_locality(const EventLog& log);

// The digests of EV_SEPARATOR: of 00000000 and ffffffff in a boot that went well, of 01000000 after an error.
enum class SeparatorKind { none, usual, error };
SeparatorKind separator_kind(HashAlg hash, ByteView digest);

}  // namespace assay
