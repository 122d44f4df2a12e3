#pragma once
// The IMA list of a report as far as the quoted PCR 10 proves it: the segment that the statement names, the tail that
// was read after the quote, and what was replayed before. The list is kept up to where it is proven, and the next
// report goes on from there; the tail, which is signed by nothing, is looked at and comes again. DESIGN section 3,
// item 5. Pure.

#include "collector/verifier/facts.hpp"
#include "evidence/runtime/ima_replay.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

// How far the list of a device's boot is known. A boot is a generation of the AK and the TPM's resetCount: PCR 10
// begins anew with every TPM Reset, and with nothing else.
struct KnownImaList {
    std::uint64_t generation = 0;
    std::uint32_t reset_count = 0;
    std::string boot;     // the kernel's boot id of the last segment: a claim, for people
    ImaReplay replay;     // its count is the entry that the next segment begins with
    bool proven = false;  // replay.value was quoted; false while a list comes in parts
    // Of a list in parts, of which no quote has shown yet how the kernel extends: the same in the other possible ways.
    std::vector<ImaReplay> otherwise{};
    friend bool operator==(const KnownImaList&, const KnownImaList&) = default;
};

// The segment must begin with the entry that is known to follow; 0 is always taken, because a kexec begins a list anew.
// nullopt: it does, or the statement has no list. Else the entry to ask for (ReportNeeds::ima_first). `bank`: of the
// quoted PCR 10; what is known in another one is not known.
std::optional<std::uint64_t> ima_first_needed(
    const Statement& statement, const std::optional<KnownImaList>& known, std::uint64_t generation,
    std::uint32_t reset_count, HashAlg bank
);

// The list that came with a report, decoded.
struct SentImaList {
    std::vector<ImaEntry> entries;  // of the segment, then of the tail
    std::size_t of_segment = 0;
    std::string problem;  // why it is no list, or ""
};
SentImaList decode_sent_ima_list(ByteView segment, ByteView tail);

// The value of PCR 10 along a list with which a quote holds, when the device could not read it: after none of
// `entries`, the first, the first two, ... in each way in which the kernel may extend. nullopt: after none of them.
// `known` as for match_ima_list; `entries` are those of segment and tail, from entry number `first` on.
std::optional<Digest> find_ima_value(
    const AuthenticReport& report, const std::optional<KnownImaList>& known, std::uint64_t generation,
    std::uint64_t first, std::span<const ImaEntry> entries
);

// What of a segment is new: `entries` from number `first` on, which have `bytes` bytes of the segment from `at` on.
struct ImaGrowth {
    std::uint64_t first = 0;
    std::uint64_t entries = 0;
    std::size_t at = 0;
    std::size_t bytes = 0;
    friend bool operator==(const ImaGrowth&, const ImaGrowth&) = default;
};

class ImaEvidence {
  public:
    // The step "ima": passed, failed (ima_malformed, ima_mismatch), or not appraised (ima_not_sent, ima_not_quoted,
    // ima_incomplete, replayed).
    const CheckResult& check() const { return check_; }
    bool proven() const { return check_.outcome == "passed"; }
    // REQUIRES: proven. What is new and covered by the quote, in its order; entries of the tail among it.
    std::span<const ImaEntry> entries() const { return std::span(entries_).subspan(first_, covered_); }
    std::uint64_t first_entry() const { return segment_first_ + first_; }  // its number in the list
    // How many of entries() the segment has; the rest came with the tail.
    std::size_t entries_of_segment() const { return segment_entries_ > first_ ? segment_entries_ - first_ : 0; }
    ImaOutcome outcome() const { return outcome_; }
    const ImaReplay& replay() const { return replay_; }  // up to the quoted value
    // The list began anew while PCR 10 went on: what was known before still ran in this boot of the TPM.
    bool after_kexec() const { return after_kexec_; }
    // Nothing was known of a list of this boot, key and bank.
    bool begins_anew() const { return begins_anew_; }
    // How far the list is known now, when that is another than before: to be stored, with what is new of the segment.
    const std::optional<KnownImaList>& known() const { return known_; }
    const std::optional<ImaGrowth>& growth() const { return growth_; }
    std::uint64_t segment_entries() const { return segment_entries_; }  // of the segment, that are known now

  private:
    explicit ImaEvidence(CheckResult check) : check_(std::move(check)) {}
    CheckResult check_;
    std::vector<ImaEntry> entries_;
    std::size_t first_ = 0;
    std::size_t covered_ = 0;
    bool after_kexec_ = false;
    ImaOutcome outcome_ = ImaOutcome::not_reached;
    ImaReplay replay_;
    bool begins_anew_ = true;
    std::optional<KnownImaList> known_;
    std::optional<ImaGrowth> growth_;
    std::uint64_t segment_first_ = 0;
    std::uint64_t segment_entries_ = 0;
    friend ImaEvidence match_sent_ima_list(
        const Facts&, const std::optional<KnownImaList>&, std::uint64_t, SentImaList
    );
    friend class ImaMatcher;
};

// `segment`: the document of kind `ima`, empty when the statement names none. `generation`: of the AK that signed.
ImaEvidence match_ima_list(
    const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation, ByteView segment
);
// The same, of what was decoded before.
ImaEvidence match_sent_ima_list(
    const Facts& facts, const std::optional<KnownImaList>& known, std::uint64_t generation, SentImaList sent
);

}  // namespace assay
