#include "evidence/runtime/ima_replay.hpp"

#include "base/words.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace assay {
namespace {

constexpr auto extension_words = words<ImaExtension>({
    {ImaExtension::own_hash, "own_hash"},
    {ImaExtension::padded_sha1, "padded_sha1"},
    {ImaExtension::padded_sha1_only, "padded_sha1_only"},
});

constexpr auto outcome_words = words<ImaOutcome>({
    {ImaOutcome::covered, "covered"},
    {ImaOutcome::kexec, "kexec"},
    {ImaOutcome::not_measured, "not_measured"},
    {ImaOutcome::list_empty, "list_empty"},
    {ImaOutcome::not_extended, "not_extended"},
    {ImaOutcome::gap, "gap"},
    {ImaOutcome::went_back, "went_back"},
    {ImaOutcome::changed_entry, "changed_entry"},
    {ImaOutcome::other_pcr, "other_pcr"},
    {ImaOutcome::other_boot, "other_boot"},
    {ImaOutcome::not_reached, "not_reached"},
});

constexpr std::array<std::uint8_t, 64> ones = [] {
    std::array<std::uint8_t, 64> out{};
    out.fill(0xff);
    return out;
}();
constexpr std::array<std::uint8_t, 64> zeros{};

// Extends PCR after PCR without making a hash anew each time.
class Extender {
  public:
    Extender(HashAlg bank, ImaExtension extension)
        : bank_(bank),
          of_data_(extension == ImaExtension::own_hash ? bank : HashAlg::sha1),
          of_violation_(extension == ImaExtension::padded_sha1_only ? HashAlg::sha1 : bank),
          data_(of_data_),
          pcr_(bank) {}

    Digest extended(const Digest& value, const ImaEntry& entry) {
        pcr_.restart().update(value.bytes());
        if (entry.violation()) {
            add_padded(ByteView(ones).first(digest_size(of_violation_)));
        } else {
            add_padded(data_.restart().update(entry.data()).finish().bytes());
        }
        return pcr_.finish();
    }

  private:
    void add_padded(ByteView digest) {
        pcr_.update(digest).update(ByteView(zeros).first(digest_size(bank_) - digest.size()));
    }

    HashAlg bank_;
    HashAlg of_data_;
    HashAlg of_violation_;
    Hasher data_;
    Hasher pcr_;
};

// The entry whose data has another digest than the list says.
std::optional<std::size_t> changed_entry(std::span<const ImaEntry> entries) {
    if (entries.empty()) return std::nullopt;
    const HashAlg alg = entries.front().stored_digest().alg();
    Hasher hasher(alg);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].violation()) continue;
        const Digest& stored = entries[i].stored_digest();
        const Digest computed = stored.alg() == alg ? hasher.restart().update(entries[i].data()).finish()
                                                    : hash(stored.alg(), entries[i].data());
        if (computed != stored) return i;
    }
    return std::nullopt;
}

std::optional<std::size_t> entry_of_other_pcr(std::span<const ImaEntry> entries) {
    const auto found = std::ranges::find_if(entries, [](const ImaEntry& one) { return one.pcr() != ima_pcr; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<std::size_t>(found - entries.begin());
}

bool possible(const ImaReplay& from, ImaExtension extension) {
    const bool own = extension == ImaExtension::own_hash;
    if (from.value.alg() == HashAlg::sha1) return own;  // where nothing is padded
    if (!from.extension) return true;
    // Both ways of padding are the same until a violation comes.
    if (from.extension == ImaExtension::padded_sha1) return !own;
    return from.extension == extension;
}

// What the list is when no beginning of it gives the quoted value.
ImaMatch not_proven(
    const ImaReplay& known, const ImaSegment& segment, const PcrValues& values, const Digest& quoted, std::size_t first
) {
    ImaMatch out;
    out.after = known;
    out.first = first;
    if (segment.first + segment.entries.size() < known.count) {
        out.outcome = ImaOutcome::went_back;
    } else if (quoted.all(0) && known.count == 0) {
        out.outcome = segment.entries.empty() ? ImaOutcome::not_measured : ImaOutcome::not_extended;
    } else if (segment.entries.empty() && known.count == 0) {
        out.outcome = ImaOutcome::list_empty;
    } else if ((out.at = changed_entry(segment.entries.subspan(first)))) {
        out.outcome = ImaOutcome::changed_entry;
    } else if ((out.at = entry_of_other_pcr(segment.entries.subspan(first)))) {
        out.outcome = ImaOutcome::other_pcr;
    } else if (segment.first == 0 && !segment.entries.empty() &&
               check_boot_aggregate(segment.entries.front(), values).outcome == BootAggregate::other) {
        out.outcome = ImaOutcome::other_boot;
    }
    if (out.at) *out.at += first;
    return out;
}

ImaMatch proven(
    ImaOutcome outcome, const ImaReplay& known, const ImaSegment& segment, const Digest& quoted, std::size_t first,
    const ImaReached& reached
) {
    ImaMatch out;
    out.first = first;
    out.covered = reached.entries;
    const auto covered = segment.entries.subspan(first, reached.entries);
    if (const auto changed = changed_entry(covered)) {
        out.outcome = ImaOutcome::changed_entry;
        out.covered = 0;
        out.after = known;
        out.at = first + *changed;
        return out;
    }
    out.outcome = outcome;
    out.after = {segment.first + first + reached.entries, quoted, reached.extension};
    return out;
}

}  // namespace

std::string_view name(ImaExtension extension) {
    return extension_words.of(extension);
}

std::optional<ImaExtension> ima_extension_named(std::string_view word) {
    return extension_words.named(word);
}

std::string_view name(ImaOutcome outcome) {
    return outcome_words.of(outcome);
}

std::vector<ImaExtension> possible_extensions(const ImaReplay& replay) {
    std::vector<ImaExtension> out;
    for (const ImaExtension one : extension_words.values()) {
        if (possible(replay, one)) out.push_back(one);
    }
    return out;
}

std::optional<ImaReached> reach(
    const ImaReplay& from, std::span<const ImaEntry> entries, const std::function<bool(const Digest&)>& wanted
) {
    if (wanted(from.value)) return ImaReached{0, from.value, from.extension};
    entries = entries.first(entry_of_other_pcr(entries).value_or(entries.size()));
    const bool violations = std::ranges::any_of(entries, &ImaEntry::violation);
    for (const ImaExtension extension : possible_extensions(from)) {
        const bool seen = extension == ImaExtension::padded_sha1_only && possible(from, ImaExtension::padded_sha1);
        if (seen && !violations) continue;  // the values are those of the other padding
        Extender extender(from.value.alg(), extension);
        Digest value = from.value;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            value = extender.extended(value, entries[i]);
            if (wanted(value)) return ImaReached{i + 1, value, extension};
        }
    }
    return std::nullopt;
}

ImaReplay start_replay(HashAlg bank) {
    return {0, Digest::zero(bank), std::nullopt};
}

void extend(ImaReplay& replay, std::span<const ImaEntry> entries, ImaExtension extension) {
    Extender extender(replay.value.alg(), extension);
    for (const ImaEntry& one : entries) replay.value = extender.extended(replay.value, one);
    replay.count += entries.size();
    replay.extension = extension;
}

ImaMatch match_quote(const ImaReplay& known, const ImaSegment& segment, const Digest& quoted, const PcrValues& values) {
    assert(quoted.alg() == known.value.alg());
    const auto wanted = [&quoted](const Digest& value) { return value == quoted; };
    if (segment.first > known.count) {
        ImaMatch out;
        out.outcome = ImaOutcome::gap;
        out.after = known;
        return out;
    }
    const std::uint64_t replayed = known.count - segment.first;
    if (replayed <= segment.entries.size()) {
        const auto first = static_cast<std::size_t>(replayed);
        const auto reached = reach(known, segment.entries.subspan(first), wanted);
        const bool nothing = known.count == 0 && reached && reached->entries == 0;  // PCR 10 is zero
        if (reached && !nothing) return proven(ImaOutcome::covered, known, segment, quoted, first, *reached);
    }
    const bool begins = segment.first == 0 && !segment.entries.empty();
    if (begins && known.count > 0 && named_boot_aggregate(segment.entries.front())) {
        const auto reached = reach(known, segment.entries, wanted);
        if (reached && reached->entries > 0) {
            return proven(ImaOutcome::kexec, known, segment, quoted, 0, *reached);
        }
    }
    const std::size_t first = std::min<std::uint64_t>(replayed, segment.entries.size());
    return not_proven(known, segment, values, quoted, first);
}

}  // namespace assay
