// Event logs: a log that was cut whole is written to the same bytes again, flaws are bounded, what replays has the PCRs
// that its events say, and what stands behind the last whole event changes none of those before it.

#include "evidence/boot/event_log.hpp"
#include "evidence/boot/log_flaws.hpp"
#include "evidence/boot/replay.hpp"
#include "evidence/limits.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

namespace {

void check_replay(const assay::EventLog& log) {
    const auto replayed = assay::replay(log);
    REQUIRE_ALWAYS(replayed.has_value() == (log.fatal_flaw() == nullptr));
    if (!replayed) return;
    std::uint32_t named = 0;
    for (const assay::LogEvent& event : log.events()) {
        if (event.extends() && event.pcr < 24) named |= 1U << event.pcr;
    }
    for (const assay::ReplayedBank& bank : replayed->banks) {
        REQUIRE_ALWAYS((bank.extended & ~named) == 0);
        REQUIRE_ALWAYS(bank.values.size() == 24);
        for (const assay::Digest& value : bank.values) REQUIRE_ALWAYS(value.alg() == bank.bank);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::ByteView bytes(data, size);
    if (const auto spec = assay::decode_spec_id(bytes)) {
        REQUIRE_ALWAYS(assay::same_bytes(assay::encode_spec_id(*spec), bytes));
    }
    const auto log = assay::decode_event_log(assay::to_bytes(bytes));
    if (!log) return 0;
    std::size_t fatal = 0;
    for (const assay::LogFlaw& flaw : log->flaws()) {
        if (assay::fatal(flaw.kind)) ++fatal;
        REQUIRE_ALWAYS(!assay::text(flaw).empty());
    }
    REQUIRE_ALWAYS(log->flaws().size() <= assay::limits::log_flaws + fatal + 1);
    check_replay(*log);

    const bool broken = std::ranges::any_of(log->flaws(), [](const assay::LogFlaw& flaw) {
        return flaw.kind == assay::FlawKind::broken;
    });
    const assay::Bytes again = assay::encode_event_log(*log);
    REQUIRE_ALWAYS(again.size() <= size && assay::same_bytes(again, bytes.first(again.size())));
    REQUIRE_ALWAYS(broken || again.size() == size);
    const auto second = assay::decode_event_log(again);
    REQUIRE_ALWAYS(second.has_value());
    // A cut may leave an end of zeros that is padding when nothing follows.
    REQUIRE_ALWAYS(second->events().size() <= log->events().size());
    for (std::size_t i = 0; i < second->events().size(); ++i) {
        REQUIRE_ALWAYS(second->events()[i].offset == log->events()[i].offset);
        REQUIRE_ALWAYS(second->events()[i].digest_count == log->events()[i].digest_count);
    }
    return 0;
}
