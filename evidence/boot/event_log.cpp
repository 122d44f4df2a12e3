#include "evidence/boot/event_log.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "evidence/boot/log_flaws.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::uint16_t sha1_id = 0x0004;
constexpr std::size_t sha1_bytes = 20;
constexpr std::size_t usual_event_bytes = 256;  // for how many to make room at first

constexpr std::size_t least_padding = 8;  // fewer bytes may be the beginning of an event that was cut off

// Where the bytes 00, or ff, begin that the log ends in; its size when it does not.
std::size_t padding_begins(ByteView bytes) {
    std::size_t begin = bytes.size();
    const std::uint8_t filler = bytes.empty() ? 1 : bytes.back();
    if (filler != 0x00 && filler != 0xff) return begin;
    while (begin > 0 && bytes[begin - 1] == filler) --begin;
    return begin;
}

LogBank bank_from(const SpecIdAlgorithm& listed) {
    LogBank out{listed.algorithm, listed.digest_bytes, hash_alg_of(listed.algorithm)};
    if (out.hash && digest_size(*out.hash) != out.digest_bytes) out.hash.reset();
    return out;
}

}  // namespace

// Cuts the bytes into events.
class LogReader {
  public:
    explicit LogReader(Bytes bytes) : reader_(ByteView()) {
        log_.bytes_ = std::move(bytes);
        reader_ = Reader(log_.bytes_);
    }

    Result<EventLog> read() {
        if (log_.bytes_.size() > limits::event_log_bytes) {
            return fail(Errc::limit_exceeded, "event log", "is longer than 1 MiB");
        }
        log_.events_.reserve(log_.bytes_.size() / usual_event_bytes + 1);
        read_first();
        if (reader_.failed()) return fail(problem());
        CHECK_OK(read_header());
        read_others();
        std::vector<LogFlaw> found = find_log_flaws(log_);
        log_.flaws_.insert(
            log_.flaws_.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end())
        );
        return std::move(log_);
    }

  private:
    // TCG_PCR_EVENT, the form of every log's first event.
    void read_first() {
        LogEvent event = begin_event();
        reader_.at("digest");
        log_.header_digest_ = reader_.take(sha1_bytes);
        read_data(event);
        if (!reader_.failed()) log_.events_.push_back(event);
    }

    Result<void> read_header() {
        LogEvent& first = log_.events_.front();
        if (!first.extends() && begins_as_spec_id(first.data.shown())) {
            TRY(log_.spec_id_, decode_spec_id(first.data.shown()));
        }
        if (log_.format() == LogFormat::agile) {
            for (const SpecIdAlgorithm& one : log_.spec_id_->algorithms) log_.banks_.push_back(bank_from(one));
            log_.digests_.reserve(log_.banks_.size() * log_.events_.capacity());
        } else {
            log_.banks_.push_back(bank_from({sha1_id, sha1_bytes}));
            take_digest(first, log_.header_digest_);
        }
        return {};
    }

    void read_others() {
        const bool agile = log_.format() == LogFormat::agile;
        const std::size_t padding = padding_begins(log_.bytes_);
        while (reader_.left() > 0) {
            // No event is of zeros alone, which would have nothing to say, nor of ff.
            if (reader_.offset() >= padding && reader_.left() >= least_padding) {
                log_.padding_ = reader_.take(reader_.left());
                return;
            }
            if (log_.events_.size() == limits::log_events) {
                const std::string detail = fmt::format("more than {} events", limits::log_events);
                log_.flaws_.push_back({.kind = FlawKind::broken, .event = log_.events_.size(), .detail = detail});
                return;
            }
            LogEvent event = begin_event();
            agile ? read_digests(event) : read_digest(event);
            read_data(event);
            if (reader_.failed()) {
                const Error error = problem();
                log_.flaws_.push_back(
                    {.kind = FlawKind::broken, .event = log_.events_.size(), .detail = error.message()}
                );
                return;
            }
            log_.events_.push_back(event);
        }
    }

    LogEvent begin_event() {
        LogEvent event;
        event.offset = reader_.offset();
        event.first_digest = log_.digests_.size();
        reader_.at("pcrIndex");
        event.pcr = reader_.u32le();
        reader_.at("eventType");
        event.type = Uncovered(EventType{reader_.u32le()});
        return event;
    }

    void read_digest(LogEvent& event) {
        reader_.at("digest");
        const ByteView value = reader_.take(sha1_bytes);
        if (!reader_.failed()) take_digest(event, value);
    }

    // TPML_DIGEST_VALUES, little-endian as all of the log.
    void read_digests(LogEvent& event) {
        reader_.at("digests.count");
        const std::uint32_t count = reader_.u32le();
        if (!reader_.failed() && count > log_.banks_.size()) {
            reader_.refuse(
                Errc::limit_exceeded, "", fmt::format("{} digests, the header lists {}", count, log_.banks_.size())
            );
        }
        for (std::uint32_t i = 0; i < count && !reader_.failed(); ++i) {
            reader_.at("digests.algorithmId");
            const std::uint16_t algorithm = reader_.u16le();
            const auto bank = std::ranges::find(log_.banks_, algorithm, &LogBank::algorithm);
            if (!reader_.failed() && bank == log_.banks_.end()) {
                reader_.refuse(
                    Errc::unknown_algorithm, "", fmt::format("0x{:04x} is not in the header's list", algorithm)
                );
            }
            if (reader_.failed()) return;
            reader_.at("digests.digest");
            const ByteView value = reader_.take(bank->digest_bytes);
            if (!reader_.failed()) take_digest(event, value, static_cast<std::uint16_t>(bank - log_.banks_.begin()));
        }
    }

    void take_digest(LogEvent& event, ByteView value, std::uint16_t bank = 0) {
        log_.digests_.push_back({bank, value});
        ++event.digest_count;
    }

    void read_data(LogEvent& event) {
        reader_.at("eventSize");
        const std::uint32_t size = reader_.u32le();
        if (!reader_.failed() && size > limits::event_data_bytes) {
            reader_.refuse(
                Errc::limit_exceeded, "", fmt::format("{} bytes, at most {}", size, limits::event_data_bytes)
            );
        }
        reader_.at("event");
        event.data = Uncovered(reader_.take(size));
    }

    Error problem() const { return reader_.finish_prefix(fmt::format("event {}", log_.events_.size())).error(); }

    EventLog log_;
    Reader reader_;
};

std::string name(const LogBank& bank) {
    const auto known = hash_alg_of(bank.algorithm);
    return known ? std::string(name(*known)) : fmt::format("0x{:04x}", bank.algorithm);
}

std::optional<std::uint16_t> EventLog::bank_of(HashAlg hash) const {
    const auto found = std::ranges::find(banks_, std::optional(hash), &LogBank::hash);
    if (found == banks_.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - banks_.begin());
}

ByteView EventLog::digest(const LogEvent& event, std::uint16_t bank) const {
    const auto all = digests(event);
    const auto found = std::ranges::find(all, bank, &LogDigest::bank);
    return found == all.end() ? ByteView() : found->value;
}

const LogFlaw* EventLog::fatal_flaw() const {
    const auto found = std::ranges::find_if(flaws_, [](const LogFlaw& flaw) { return fatal(flaw.kind); });
    return found == flaws_.end() ? nullptr : &*found;
}

Result<EventLog> decode_event_log(Bytes bytes) {
    return LogReader(std::move(bytes)).read();
}

Bytes encode_event_log(const EventLog& log) {
    const bool agile = log.format() == LogFormat::agile;
    Writer w;
    for (const LogEvent& event : log.events()) {
        w.u32le(event.pcr).u32le(static_cast<std::uint32_t>(event.type.shown()));
        const bool is_first = event.offset == 0;
        if (agile && !is_first) w.u32le(static_cast<std::uint32_t>(event.digest_count));
        if (is_first) w.raw(log.header_digest());
        for (const LogDigest& one : log.digests(event)) {
            if (is_first) continue;
            if (agile) w.u16le(log.banks()[one.bank].algorithm);
            w.raw(one.value);
        }
        w.u32le(static_cast<std::uint32_t>(event.data.shown().size())).raw(event.data.shown());
    }
    return w.raw(log.padding()).take();
}

}  // namespace assay
