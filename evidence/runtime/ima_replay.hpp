#pragma once
// Replays IMA's list into its PCR, from where the last replay ended, and says how many entries a quoted value covers.
// The list is read after the quote and has grown by then, so it is matched by its shortest beginning; what lies behind
// it is proven by nothing yet. A list that is covered is what the kernel extended; whether to like it is for others.
//
// What a kernel extends for an entry (Linux, security/integrity/ima/ima_{crypto,queue}.c):
//   - its bank's hash over the template data, where the kernel has that hash when IMA starts;
//   - else the SHA-1 over it, padded with zeros: up to Linux 5.6 in every bank, later where the hash is a module;
//   - for a violation all ones: of the bank's size, up to Linux 5.6 of SHA-1's, padded.

#include "evidence/runtime/boot_aggregate.hpp"
#include "evidence/runtime/ima_entry.hpp"
#include "evidence/tpm/pcr.hpp"

#include <functional>
#include <span>
#include <vector>

namespace assay {

inline constexpr unsigned ima_pcr = 10;  // CONFIG_IMA_MEASURE_PCR_IDX

enum class ImaExtension {
    own_hash,
    padded_sha1,       // violations of the bank's size
    padded_sha1_only,  // violations, too, of SHA-1's size: up to Linux 5.6
};
std::string_view name(ImaExtension extension);
std::optional<ImaExtension> ima_extension_named(std::string_view word);

// How far the list of this boot was replayed. Start anew after a reset of the TPM.
struct ImaReplay {
    std::uint64_t count = 0;                       // of entries of the list as it stands now
    Digest value = Digest::zero(HashAlg::sha256);  // of PCR 10 after them; knows the bank
    std::optional<ImaExtension> extension;         // as a quote showed it; a kernel keeps to it
    friend bool operator==(const ImaReplay&, const ImaReplay&) = default;
};
ImaReplay start_replay(HashAlg bank);
// These entries further, as `extension` has it; whichever PCR they name.
void extend(ImaReplay& replay, std::span<const ImaEntry> entries, ImaExtension extension);

// The ways in which a kernel may extend after what was replayed: one where a quote has shown it, but for paddings,
// which are the same until a violation comes.
std::vector<ImaExtension> possible_extensions(const ImaReplay& replay);

struct ImaReached {
    std::size_t entries = 0;  // how many it took
    Digest value = Digest::zero(HashAlg::sha256);
    std::optional<ImaExtension> extension;  // in which way; of 0 entries that of where it began
};
// The shortest beginning of `entries` after which PCR 10 has the value that is looked for, in each way that is possible
// after `from`. nullopt: none has. An entry that says it is of another PCR ends the search.
std::optional<ImaReached> reach(
    const ImaReplay& from, std::span<const ImaEntry> entries, const std::function<bool(const Digest&)>& wanted
);

enum class ImaOutcome {
    covered,  // the quote covers `entries` of what was given
    // It does, but the list begins anew while PCR 10 went on: another kernel was started, or somebody says so. All that
    // says it is the name of the first entry, and a file can be named boot_aggregate: judge that entry by its value.
    kexec,
    not_measured,   // no list, and PCR 10 is zero: this kernel measures nothing
    list_empty,     // no list, but something was measured
    not_extended,   // a list, but PCR 10 is zero: none of it was extended into this bank
    gap,            // the list begins behind what was replayed already
    went_back,      // it ends before that
    changed_entry,  // at `at`: its data has another digest than the list says
    other_pcr,      // at `at`: the entry says it is of another PCR, for which no quoted value was given
    other_boot,     // its boot_aggregate is none of the quoted PCRs
    not_reached,    // no beginning of it gives the quoted value
};
std::string_view name(ImaOutcome outcome);

struct ImaMatch {
    ImaOutcome outcome = ImaOutcome::not_reached;
    std::size_t first = 0;          // of the entries given, the first one that was not replayed before
    std::size_t covered = 0;        // from there on
    ImaReplay after;                // what to go on from next time: `known` itself unless covered or kexec
    std::optional<std::size_t> at;  // of the entries given
    bool proven() const { return outcome == ImaOutcome::covered || outcome == ImaOutcome::kexec; }
};

// A list, or the part of it from its entry number `first` on.
struct ImaSegment {
    std::uint64_t first = 0;
    std::span<const ImaEntry> entries;
};

// `quoted` is PCR 10 in the bank of `known`, which is of the same boot (the TPM was not reset since). `values` are
// those the quote covers, to tell another boot's list; they may be empty. Entries that were replayed before are not
// looked at again, and their number counts as replayed.
ImaMatch match_quote(const ImaReplay& known, const ImaSegment& segment, const Digest& quoted, const PcrValues& values);

}  // namespace assay
