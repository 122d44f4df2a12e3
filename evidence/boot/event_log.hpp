#pragma once
// A TCG event log as firmware leaves it (Linux: binary_bios_measurements): TCG_PCR_EVENT2 behind a "Spec ID Event03"
// header, or TCG_PCR_EVENT, with a SHA-1 digest each. TCG PC Client Platform Firmware Profile (PFP) 1.06, "Event
// Logging"; TCG EFI Protocol Specification, "Event Log Formats". A log proves nothing by itself: replay it
// (evidence/boot/replay.hpp) and compare with quoted PCRs. What events hold is decoded in evidence/boot/event_data.hpp,
// and which of it a digest covers is told in evidence/boot/coverage.hpp. Pure.

#include "base/crypto/hash.hpp"
#include "base/result.hpp"
#include "evidence/boot/covered.hpp"
#include "evidence/boot/event_type.hpp"
#include "evidence/boot/log_flaw.hpp"
#include "evidence/boot/spec_id.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

enum class LogFormat { agile, legacy };

// A kind of digest that the log has: as its header lists them; SHA-1 alone in a legacy log.
struct LogBank {
    std::uint16_t algorithm = 0;  // TPM_ALG_ID
    std::uint16_t digest_bytes = 0;
    std::optional<HashAlg> hash;  // when we know it and digest_bytes is its size; a bank without it is not replayed
};

// "sha256"; of an algorithm that we do not know "0x0012".
std::string name(const LogBank& bank);

struct LogDigest {
    std::uint16_t bank = 0;  // index into EventLog::banks()
    ByteView value;
};

struct LogEvent {
    std::uint32_t pcr = 0;  // where the log says it was extended to; any number, proven by replaying only
    Uncovered<EventType> type;
    Uncovered<ByteView> data;
    std::size_t offset = 0;  // of its first byte in the log
    std::size_t first_digest = 0;
    std::size_t digest_count = 0;

    // PFP: EV_NO_ACTION is never extended. A wrong type here makes another replay, so this one use of it is safe.
    bool extends() const { return type.shown() != EventType::no_action; }
};

// Owns the bytes; everything it gives out looks at them. Not copied, so that nothing looks at another's.
class EventLog {
  public:
    EventLog(EventLog&&) noexcept = default;
    EventLog& operator=(EventLog&&) noexcept = default;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    LogFormat format() const { return spec_id_ && spec_id_->form == 3 ? LogFormat::agile : LogFormat::legacy; }
    const std::optional<SpecId>& spec_id() const { return spec_id_; }  // of the first event; a legacy log may lack it
    std::span<const LogBank> banks() const { return banks_; }
    std::optional<std::uint16_t> bank_of(HashAlg hash) const;
    // In their order, the header's among them. The header of an agile log has no digest of a bank.
    std::span<const LogEvent> events() const { return events_; }
    std::span<const LogDigest> digests(const LogEvent& event) const {
        return std::span(digests_).subspan(event.first_digest, event.digest_count);
    }
    // The event's digest in a bank; of several the first; empty when there is none.
    ByteView digest(const LogEvent& event, std::uint16_t bank) const;

    // What is wrong with it or unusual. Only flaws that fatal() names keep it from being replayed.
    const std::vector<LogFlaw>& flaws() const { return flaws_; }
    const LogFlaw* fatal_flaw() const;

    ByteView bytes() const { return bytes_; }
    ByteView header_digest() const { return header_digest_; }  // 20 bytes of an agile log's first event
    ByteView padding() const { return padding_; }              // bytes after the last event, all 00 or all ff

  private:
    friend class LogReader;  // evidence/boot/event_log.cpp
    EventLog() = default;
    Bytes bytes_;
    std::optional<SpecId> spec_id_;
    std::vector<LogBank> banks_;
    std::vector<LogEvent> events_;
    std::vector<LogDigest> digests_;
    std::vector<LogFlaw> flaws_;
    ByteView header_digest_;
    ByteView padding_;
};

// Errors, when not even the first event stands there: truncated, limit_exceeded (the log, an event's data), and what
// decode_spec_id says of an agile header. A log that breaks off later comes back up to there, with a fatal flaw that
// names event, field and offset.
Result<EventLog> decode_event_log(Bytes bytes);

// The same bytes again, for a log without a flaw of kind broken.
Bytes encode_event_log(const EventLog& log);

}  // namespace assay
