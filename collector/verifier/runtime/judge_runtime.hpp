#pragma once
// Whether what ran on a device since its boot is what its policy accepts. Entries are judged as they become covered by
// quotes, each once; what is kept of a device is small and independent of how many there were. Pure.
//
// What is not verified here, because a list does not hold it:
//   - for what a file was measured (executed, mapped, read by root). Every entry has to be accepted.
//   - that a known IMA policy was loaded: a file of rules that was only read looks the same. An accepted system loads
//   it.
//   - what ran before IMA had these rules: that is the initial file system, which the boot's measurements cover.
// A process with root's rights can extend PCR 10 and add entries that nothing stands behind (the agent's, say); it
// cannot take one away, and must have been started first.

#include "collector/verifier/runtime/runtime_policy.hpp"
#include "collector/verifier/standing.hpp"
#include "evidence/runtime/ima_replay.hpp"

#include <array>

namespace assay {

namespace limits {
inline constexpr std::size_t runtime_offences = 16;
}

enum class RuntimeReason : std::uint8_t {
    // Of an entry.
    violation,          // a file was written while it was used: what it held is not known, nor which it was
    entry_unreadable,   // a template that is not known, or fields that are none
    path_unknown,       // no file of that path is accepted
    digest_unknown,     // the path is accepted with other content
    signer_unknown,     // neither, and signed with a key that the policy does not name
    signature_invalid,  // neither, and not signed by the key whose id it names
    buffer_unknown,     // a measured buffer that is not accepted
    buffer_mismatch,    // its digest is of something else: another entry, passed off as a buffer
    // Of the whole.
    not_covered,              // the list is not what the quote covers; the detail is the outcome
    not_measured,             // the kernel measures nothing
    boot_aggregate_unproven,  // the first entry is not the hash of the quoted PCRs
    ima_policy_unknown,       // no known IMA policy was measured
    ima_policy_exempts,       // a known one, but it leaves something unmeasured
    agent_not_among,          // the agent's own program is not among the accepted
    entries_excluded,         // the policy looks away from some
    kernel_replaced,          // another kernel was started since the boot, and nothing vouches for it
    weak_hash,                // PCR 10 rests on SHA-1
};
std::string_view word(RuntimeReason reason);
std::optional<RuntimeReason> runtime_reason_named(std::string_view word);
Verdict verdict_of(RuntimeReason reason);  // what a device can be at best with it
inline constexpr std::size_t entry_reasons = 8;

struct Offence {
    std::uint64_t entry = 0;  // number in the list
    RuntimeReason reason = RuntimeReason::violation;
    std::string name;    // as name_text() writes it, cut
    std::string digest;  // "sha256:.."; "" where there is none
    friend bool operator==(const Offence&, const Offence&) = default;
};

// The name as it may be shown: of a violation it is a claim, no hash covers it.
std::string shown_name(const Offence& offence);

// What was judged so far in this boot by one policy.
struct RuntimeState {
    Sha256 policy{};  // of its document; with another one everything is judged again
    std::uint64_t judged = 0;
    std::uint64_t accepted = 0;
    std::uint64_t accepted_by_signature = 0;  // of these
    std::uint64_t excluded = 0;
    std::array<std::uint64_t, entry_reasons> refused{};  // by RuntimeReason
    std::vector<Offence> offences;                       // the first of them
    std::optional<BootAggregate> boot_aggregate;         // of the boot's entry 0; none when that is another entry
    // Of the kernel that runs now:
    bool agent_seen = false;
    bool ima_policy_seen = false;
    std::vector<std::string> exempts;  // of the known IMA policies seen
    bool kernel_replaced = false;      // a second kernel was started in this boot of the TPM; it stays so
    friend bool operator==(const RuntimeState&, const RuntimeState&) = default;
};
RuntimeState start_runtime(const RuntimePolicy& policy);
// Another kernel is said to have been started, and its list begins anew (ImaOutcome::kexec). The name of an entry is
// all that says so, and anybody can name a file boot_aggregate: what was found in this boot stays, agent and IMA policy
// have to be seen again, and nothing gets better by it.
void after_kexec(RuntimeState& state);

// `entries` are covered by a quote and begin with number `first` of the list; `values` are the PCRs it covers.
// REQUIRES: the state is of this policy.
void judge_entries(
    RuntimeState& state, const RuntimePolicy& policy, std::uint64_t first, std::span<const ImaEntry> entries,
    const PcrValues& values
);

struct RuntimeFacts {
    ImaOutcome outcome = ImaOutcome::not_reached;  // of the last report's list
    ImaReplay replay;                              // after it
    // The kernel's command line as the boot's measurements prove it; nullopt when none does.
    std::optional<std::string> command_line;
};

struct RuntimeFinding {
    RuntimeReason reason = RuntimeReason::not_covered;
    std::uint64_t count = 1;
    std::string detail;
    friend bool operator==(const RuntimeFinding&, const RuntimeFinding&) = default;
};

// Affirming when there is no finding: then the runtime's share of `attested_os` is given.
struct RuntimeJudgement {
    Verdict verdict = Verdict::none;
    std::vector<RuntimeFinding> findings;  // in the order of RuntimeReason
    friend bool operator==(const RuntimeJudgement&, const RuntimeJudgement&) = default;
};
RuntimeJudgement judge_runtime(const RuntimeState& state, const RuntimeFacts& facts);

}  // namespace assay
