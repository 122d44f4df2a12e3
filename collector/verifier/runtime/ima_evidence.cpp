#include "collector/verifier/runtime/ima_evidence.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_list.hpp"

#include <algorithm>

namespace assay {
namespace {

bool same_boot(const KnownImaList& known, std::uint64_t generation, std::uint32_t reset_count) {
    return known.generation == generation && known.reset_count == reset_count;
}

const Digest* quoted_ima_pcr(const VerifiedQuote& quote) {
    const auto bank = quote.pcr_values().find(quote.attest().selection.front().bank);
    if (bank == quote.pcr_values().end()) return nullptr;
    const auto value = bank->second.find(*PcrIndex::from(ima_pcr));
    return value == bank->second.end() ? nullptr : &value->second;
}

// In which way a list that is not at its end is carried on: kernels have SHA-256 when IMA starts, and before Linux 5.7
// and for other banks mostly not. The quote at its end decides whether that was right.
ImaExtension supposed(const ImaReplay& replay) {
    if (replay.extension) return *replay.extension;
    const bool own = replay.value.alg() == HashAlg::sha1 || replay.value.alg() == HashAlg::sha256;
    return own ? ImaExtension::own_hash : ImaExtension::padded_sha1;
}

std::string entry_name(const ImaEntry& entry, std::uint64_t number) {
    const std::string path = clean_text(as_text(entry.path()), limits::text_bytes);
    return "entry " + std::to_string(number) + (path.empty() ? "" : " " + path);
}

}  // namespace

std::optional<std::uint64_t> ima_first_needed(
    const Statement& statement, const std::optional<KnownImaList>& known, std::uint64_t generation,
    std::uint32_t reset_count
) {
    if (!statement.ima || statement.ima->first == 0) return std::nullopt;
    const std::uint64_t follows = known && same_boot(*known, generation, reset_count) ? known->replay.count : 0;
    if (statement.ima->first == follows) return std::nullopt;
    return follows;
}

namespace {

std::optional<Digest> value_along(
    const AuthenticReport& report, ImaReplay replay, std::span<const ImaEntry> entries, ImaExtension extension
) {
    if (report.holds_with(replay.value)) return replay.value;
    for (const ImaEntry& one : entries) {
        extend(replay, std::span(&one, 1), extension);
        if (report.holds_with(replay.value)) return replay.value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Digest> find_ima_value(
    const AuthenticReport& report, const std::optional<KnownImaList>& known, std::uint64_t generation,
    std::uint64_t first, std::span<const ImaEntry> entries
) {
    std::vector<ImaReplay> starts;
    const HashAlg bank = report.asked().front().bank;
    const bool goes_on =
        known && same_boot(*known, generation, report.attest().clock.reset_count) && known->replay.value.alg() == bank;
    if (goes_on) starts.push_back(known->replay);  // also where a list begins anew after a kexec
    if (first == 0) starts.push_back(start_replay(bank));
    for (const ImaReplay& start : starts) {
        for (const ImaExtension extension :
             {ImaExtension::own_hash, ImaExtension::padded_sha1, ImaExtension::padded_sha1_only}) {
            if (start.extension && *start.extension != extension) continue;
            if (const auto value = value_along(report, start, entries, extension)) return value;
        }
    }
    return std::nullopt;
}

// One list, on its way to what it comes to.
class ImaMatcher {
  public:
    ImaMatcher(const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation)
        : quote_(facts.quote()), span_(*facts.statement().ima), generation_(generation), before_(known) {
        const std::uint32_t reset_count = quote_.attest().clock.reset_count;
        if (before_ && !same_boot(*before_, generation, reset_count)) before_.reset();
        from_ = before_.value_or(
            KnownImaList{generation, reset_count, "", start_replay(quote_.attest().selection.front().bank), false}
        );
    }

    ImaEvidence match(ByteView segment, const Digest& quoted) {
        ImaList list = decode_ima_list(segment);
        if (list.broken) return malformed("segment: " + list.broken->message());
        if (list.entries.size() != span_.count) {
            return malformed(
                "the segment has " + std::to_string(list.entries.size()) + " entries, the statement says " +
                std::to_string(span_.count)
            );
        }
        continues_ = before_.has_value() && from_.replay.value.alg() == quoted.alg();
        if (from_.replay.value.alg() != quoted.alg()) from_.replay = start_replay(quoted.alg());
        if (span_.more) return carry_on(std::move(list.entries));
        ImaList tail = decode_ima_list(quote_.ima_tail());
        if (tail.broken) return malformed("tail: " + tail.broken->message());
        const std::size_t of_segment = list.entries.size();
        std::ranges::move(tail.entries, std::back_inserter(list.entries));
        return compare(std::move(list.entries), of_segment, quoted);
    }

  private:
    static ImaEvidence malformed(std::string detail) {
        return ImaEvidence(failed(step::ima, Reason::ima_malformed, std::move(detail)));
    }

    ImaEvidence carry_on(std::vector<ImaEntry> entries) {
        const std::uint64_t known = from_.replay.count;
        const std::uint64_t skip = std::min<std::uint64_t>(known - std::min(known, span_.first), entries.size());
        extend(from_.replay, std::span(entries).subspan(skip), supposed(from_.replay));
        ImaEvidence out(
            not_appraised(step::ima, Reason::ima_incomplete, std::to_string(from_.replay.count) + " entries so far")
        );
        return keep(std::move(out), from_.replay, false, entries.size());
    }

    ImaEvidence compare(std::vector<ImaEntry> entries, std::size_t of_segment, const Digest& quoted) {
        const ImaMatch match = match_quote(from_.replay, {span_.first, entries}, quoted, quote_.pcr_values());
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
        ImaReplay replay = match.after;
        if (match.first + match.covered > of_segment) {
            replay = match.outcome == ImaOutcome::kexec ? kexec_start() : from_.replay;
            const std::size_t first = std::min(match.first, of_segment);
            extend(replay, std::span(entries).subspan(first, of_segment - first), *match.after.extension);
        }
        ImaEvidence out(passed(step::ima));
        out.check_.detail = std::to_string(span_.first + match.first + match.covered) + " entries";
        out.entries_ = std::move(entries);
        out.first_ = match.first;
        out.covered_ = match.covered;
        out.outcome_ = match.outcome;
        out.replay_ = match.after;
        out.after_kexec_ = match.outcome == ImaOutcome::kexec;
        return keep(std::move(out), replay, true, known);
    }

    // After a kexec PCR 10 goes on, and the list counts from 0.
    ImaReplay kexec_start() const {
        ImaReplay out = from_.replay;
        out.count = 0;
        return out;
    }

    ImaEvidence keep(ImaEvidence out, const ImaReplay& replay, bool proven, std::size_t segment_entries) {
        const KnownImaList now{generation_, from_.reset_count, span_.boot, replay, proven};
        if (!before_ || *before_ != now) out.known_ = now;
        out.continues_ = continues_;
        out.segment_first_ = span_.first;
        out.segment_entries_ = segment_entries;
        return out;
    }

    const VerifiedQuote& quote_;
    const ImaSpan& span_;
    std::uint64_t generation_;
    std::optional<KnownImaList> before_;
    KnownImaList from_;
    bool continues_ = false;
};

ImaEvidence match_ima_list(
    const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation, ByteView segment
) {
    const auto without = [](Reason reason) { return ImaEvidence(not_appraised(step::ima, reason, "")); };
    if (facts.replayed()) return without(Reason::replayed);
    if (!facts.statement().ima) return without(Reason::ima_not_sent);
    const Digest* quoted = quoted_ima_pcr(facts.quote());
    if (quoted == nullptr) return without(Reason::ima_not_quoted);
    return ImaMatcher(facts, known, generation).match(segment, *quoted);
}

}  // namespace assay
