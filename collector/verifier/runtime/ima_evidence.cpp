#include "collector/verifier/runtime/ima_evidence.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_list.hpp"

#include <algorithm>

namespace assay {
namespace {

// `known` is of this boot, under this key, in this bank: the list goes on from there.
bool goes_on(const KnownImaList& known, std::uint64_t generation, std::uint32_t reset_count, HashAlg bank) {
    return known.generation == generation && known.reset_count == reset_count && known.replay.value.alg() == bank;
}

const Digest* quoted_ima_pcr(const VerifiedQuote& quote) {
    const auto bank = quote.pcr_values().find(quote.attest().selection.front().bank);
    if (bank == quote.pcr_values().end()) return nullptr;
    const auto value = bank->second.find(*PcrIndex::from(ima_pcr));
    return value == bank->second.end() ? nullptr : &value->second;
}

// What PCR 10 may be after what is known: one value, or of a list that came in parts one for each way of extending.
std::vector<ImaReplay> starts_of(const KnownImaList& known) {
    std::vector<ImaReplay> out{known.replay};
    out.insert(out.end(), known.otherwise.begin(), known.otherwise.end());
    return out;
}

// The same, each to be carried on in one way.
std::vector<ImaReplay> ways_of(const KnownImaList& known) {
    if (!known.otherwise.empty()) return starts_of(known);
    std::vector<ImaReplay> out;
    for (const ImaExtension one : possible_extensions(known.replay)) {
        out.push_back({known.replay.count, known.replay.value, one});
    }
    return out;
}

std::size_t bytes_of(std::span<const ImaEntry> entries) {
    std::size_t out = 0;
    for (const ImaEntry& one : entries) out += encoded_size(one);
    return out;
}

std::string entry_name(const ImaEntry& entry, std::uint64_t number) {
    const std::string path = clean_text(as_text(entry.path()), limits::text_bytes);
    return "entry " + std::to_string(number) + (path.empty() ? "" : " " + path);
}

}  // namespace

std::optional<std::uint64_t> ima_first_needed(
    const Statement& statement, const std::optional<KnownImaList>& known, std::uint64_t generation,
    std::uint32_t reset_count, HashAlg bank
) {
    if (!statement.ima || statement.ima->first == 0) return std::nullopt;
    const std::uint64_t follows = known && goes_on(*known, generation, reset_count, bank) ? known->replay.count : 0;
    if (statement.ima->first == follows) return std::nullopt;
    return follows;
}

SentImaList decode_sent_ima_list(ByteView segment, ByteView tail) {
    SentImaList out;
    ImaList list = decode_ima_list(segment);
    ImaList behind = decode_ima_list(tail);
    if (list.broken) {
        out.problem = "segment: " + list.broken->message();
    } else if (behind.broken) {
        out.problem = "tail: " + behind.broken->message();
    }
    out.entries = std::move(list.entries);
    out.of_segment = out.entries.size();
    std::ranges::move(behind.entries, std::back_inserter(out.entries));
    return out;
}

std::optional<Digest> find_ima_value(
    const AuthenticReport& report, const std::optional<KnownImaList>& known, std::uint64_t generation,
    std::uint64_t first, std::span<const ImaEntry> entries
) {
    std::vector<ImaReplay> starts;
    const HashAlg bank = report.asked().front().bank;
    if (known && goes_on(*known, generation, report.attest().clock.reset_count, bank)) {
        starts = starts_of(*known);  // also where a list begins anew after a kexec
    }
    if (first == 0) starts.push_back(start_replay(bank));
    ImaValueCheck check = report.ima_value_check();
    const auto wanted = [&check](const Digest& value) { return check.holds(value); };
    for (const ImaReplay& start : starts) {
        if (const auto reached = reach(start, entries, wanted)) return reached->value;
    }
    return std::nullopt;
}

// One list, on its way to what it comes to.
class ImaMatcher {
  public:
    ImaMatcher(const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation)
        : quote_(facts.quote()), span_(*facts.statement().ima), generation_(generation), before_(known) {
        const std::uint32_t reset_count = quote_.attest().clock.reset_count;
        const HashAlg bank = quote_.attest().selection.front().bank;
        if (before_ && !goes_on(*before_, generation, reset_count, bank)) before_.reset();
        from_ = before_.value_or(KnownImaList{generation, reset_count, "", start_replay(bank), false});
    }

    ImaEvidence match(SentImaList sent, const Digest& quoted) {
        if (!sent.problem.empty()) return malformed(std::move(sent.problem));
        if (sent.of_segment != span_.count) {
            return malformed(
                "the segment has " + std::to_string(sent.of_segment) + " entries, the statement says " +
                std::to_string(span_.count)
            );
        }
        if (!span_.more) return compare(std::move(sent.entries), sent.of_segment, quoted);
        return carry_on(std::span(sent.entries).first(sent.of_segment));
    }

  private:
    static ImaEvidence malformed(std::string detail) {
        return ImaEvidence(failed(step::ima, Reason::ima_malformed, std::move(detail)));
    }

    // The list goes on in another document. In which way the kernel extends, the quote at its end shows.
    ImaEvidence carry_on(std::span<const ImaEntry> entries) {
        const std::size_t replayed = replayed_of(entries);
        const auto fresh = entries.subspan(replayed);
        std::vector<ImaReplay> ways = ways_of(from_);
        for (ImaReplay& one : ways) extend(one, fresh, *one.extension);
        ImaEvidence out(
            not_appraised(step::ima, Reason::ima_incomplete, std::to_string(ways.front().count) + " entries so far")
        );
        if (fresh.empty()) return out;  // what was known is known
        KnownImaList now{generation_, from_.reset_count, span_.boot, ways.front(), false};
        now.otherwise.assign(ways.begin() + 1, ways.end());
        keep(out, std::move(now), entries, replayed, entries.size());
        return out;
    }

    ImaEvidence compare(std::vector<ImaEntry> entries, std::size_t of_segment, const Digest& quoted) {
        const auto [start, match] = matched(entries, quoted);
        if (match.outcome == ImaOutcome::not_measured) {
            return ImaEvidence(not_appraised(step::ima, Reason::ima_not_sent, "the kernel measures nothing"));
        }
        if (!match.proven()) {
            std::string detail(name(match.outcome));
            if (match.at) detail += ": " + entry_name(entries[*match.at], span_.first + *match.at);
            return ImaEvidence(failed(step::ima, Reason::ima_mismatch, std::move(detail)));
        }
        // Known is what the segment has of it: the tail comes again in the next one.
        const std::size_t known = std::min(match.first + match.covered, of_segment);
        const std::size_t first = std::min(match.first, of_segment);
        ImaReplay replay = match.after;
        if (match.first + match.covered > of_segment) {
            replay = start;
            if (match.outcome == ImaOutcome::kexec) replay.count = 0;  // PCR 10 goes on, the list begins anew
            extend(replay, std::span(entries).subspan(first, of_segment - first), *match.after.extension);
        }
        ImaEvidence out(passed(step::ima));
        out.check_.detail = std::to_string(span_.first + match.first + match.covered) + " entries";
        keep(out, {generation_, from_.reset_count, span_.boot, replay, true}, entries, first, known);
        out.entries_ = std::move(entries);
        out.first_ = match.first;
        out.covered_ = match.covered;
        out.outcome_ = match.outcome;
        out.replay_ = match.after;
        out.after_kexec_ = match.outcome == ImaOutcome::kexec;
        return out;
    }

    struct Matched {
        ImaReplay start;
        ImaMatch match;
    };
    Matched matched(const std::vector<ImaEntry>& entries, const Digest& quoted) const {
        Matched out{from_.replay, match_quote(from_.replay, {span_.first, entries}, quoted, quote_.pcr_values())};
        for (const ImaReplay& start : from_.otherwise) {
            if (out.match.proven()) break;
            ImaMatch match = match_quote(start, {span_.first, entries}, quoted, quote_.pcr_values());
            if (match.proven()) out = {start, std::move(match)};
        }
        return out;
    }

    // How many of the segment's entries were known before.
    std::size_t replayed_of(std::span<const ImaEntry> entries) const {
        const std::uint64_t known = from_.replay.count;
        return std::min<std::uint64_t>(known - std::min(known, span_.first), entries.size());
    }

    // The segment is known up to its entry `end`, and was up to `first`.
    void keep(ImaEvidence& out, KnownImaList now, std::span<const ImaEntry> entries, std::size_t first, std::size_t end)
        const {
        out.begins_anew_ = !before_;
        out.segment_first_ = span_.first;
        out.segment_entries_ = end;
        if (before_ && *before_ == now) return;
        out.known_ = std::move(now);
        if (first >= end) return;
        out.growth_ = ImaGrowth{
            span_.first + first, end - first, bytes_of(entries.first(first)),
            bytes_of(entries.subspan(first, end - first))
        };
    }

    const VerifiedQuote& quote_;
    const ImaSpan& span_;
    std::uint64_t generation_;
    std::optional<KnownImaList> before_;
    KnownImaList from_;
};

ImaEvidence match_sent_ima_list(
    const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation, SentImaList sent
) {
    const auto without = [](Reason reason) { return ImaEvidence(not_appraised(step::ima, reason, "")); };
    if (facts.replayed()) return without(Reason::replayed);
    if (!facts.statement().ima) return without(Reason::ima_not_sent);
    const Digest* quoted = quoted_ima_pcr(facts.quote());
    if (quoted == nullptr) return without(Reason::ima_not_quoted);
    return ImaMatcher(facts, known, generation).match(std::move(sent), *quoted);
}

ImaEvidence match_ima_list(
    const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation, ByteView segment
) {
    const bool more = facts.statement().ima && facts.statement().ima->more;
    const ByteView tail = more ? ByteView() : ByteView(facts.quote().ima_tail());
    return match_sent_ima_list(facts, known, generation, decode_sent_ima_list(segment, tail));
}

}  // namespace assay
