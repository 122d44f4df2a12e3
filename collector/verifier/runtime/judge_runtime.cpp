#include "collector/verifier/runtime/judge_runtime.hpp"

#include "base/words.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_policy_rules.hpp"

#include <algorithm>
#include <cassert>

namespace assay {
namespace {

constexpr auto reason_words = words<RuntimeReason>({
    {RuntimeReason::violation, "violation"},
    {RuntimeReason::entry_unreadable, "entry_unreadable"},
    {RuntimeReason::path_unknown, "path_unknown"},
    {RuntimeReason::digest_unknown, "digest_unknown"},
    {RuntimeReason::signer_unknown, "signer_unknown"},
    {RuntimeReason::signature_invalid, "signature_invalid"},
    {RuntimeReason::buffer_unknown, "buffer_unknown"},
    {RuntimeReason::buffer_mismatch, "buffer_mismatch"},
    {RuntimeReason::not_covered, "not_covered"},
    {RuntimeReason::not_measured, "not_measured"},
    {RuntimeReason::boot_aggregate_unproven, "boot_aggregate_unproven"},
    {RuntimeReason::ima_policy_unknown, "ima_policy_unknown"},
    {RuntimeReason::ima_policy_exempts, "ima_policy_exempts"},
    {RuntimeReason::agent_not_among, "agent_not_among"},
    {RuntimeReason::entries_excluded, "entries_excluded"},
    {RuntimeReason::kernel_replaced, "kernel_replaced"},
    {RuntimeReason::weak_hash, "weak_hash"},
});

// nullopt: accepted.
using Refusal = std::optional<RuntimeReason>;

class Judge {
  public:
    Judge(RuntimeState& state, const RuntimePolicy& policy, const PcrValues& values)
        : state_(state), policy_(policy), values_(values) {}

    void entry(const ImaEntry& entry, std::uint64_t number) {
        ++state_.judged;
        if (is_boot_aggregate(entry, number)) {
            ++state_.accepted;
            return;
        }
        const auto digest = entry.digest();
        const auto measured = digest && !entry.violation() ? measured_digest(*digest) : std::nullopt;
        Refusal refusal;
        if (entry.violation()) {
            refusal = RuntimeReason::violation;  // first: no hash covers the rest of it, nor its path
        } else if (!entry.fault().empty() || !digest) {
            refusal = RuntimeReason::entry_unreadable;
        } else if (policy_.excludes(entry.path()) && !entry.has_buffer()) {
            ++state_.excluded;
            return;
        } else if (entry.has_buffer()) {
            refusal = of_buffer(entry, measured);
        } else {
            refusal = of_file(entry, *digest, measured);
        }
        if (refusal) {
            refuse(entry, number, *refusal);
            return;
        }
        ++state_.accepted;
        if (!entry.has_buffer() && policy_.is_agent(entry.path())) state_.agent_seen = true;
        if (measured) note_ima_policy(*measured);
    }

  private:
    // The first entry behind a PCR 10 of zero by what it is called, any other by its value alone, also the first of a
    // list that began anew: a file of this name can be measured, too. A second one says that another kernel runs.
    bool is_boot_aggregate(const ImaEntry& entry, std::uint64_t number) {
        if (!named_boot_aggregate(entry)) return false;
        const BootAggregate outcome = check_boot_aggregate(entry, values_).outcome;
        if (outcome == BootAggregate::not_an_aggregate) return false;
        if (number == 0 && !state_.kernel_replaced) {
            state_.boot_aggregate = outcome;
            return true;
        }
        if (outcome != BootAggregate::matches) return false;
        state_.kernel_replaced = true;
        return true;
    }

    Refusal of_buffer(const ImaEntry& entry, const std::optional<MeasuredDigest>& measured) {
        // Which template an entry is of is not hashed. A file's entry that is passed off as a buffer's has the digest
        // of the file, not of its signature.
        if (!measured || hash(measured->digest.alg(), *entry.field(ImaField::buf)) != measured->digest) {
            return RuntimeReason::buffer_mismatch;
        }
        if (policy_.buffers().accepts(entry.path(), *measured) || policy_.ima_policy(*measured) != nullptr) return {};
        return RuntimeReason::buffer_unknown;
    }

    Refusal of_file(const ImaEntry& entry, const ImaDigest& digest, const std::optional<MeasuredDigest>& measured) {
        if (measured && policy_.files().accepts(entry.path(), *measured)) return {};
        switch (policy_.signer_of(entry.signature(), digest)) {
            case SignerAnswer::verified: ++state_.accepted_by_signature; return {};
            case SignerAnswer::invalid: return RuntimeReason::signature_invalid;
            case SignerAnswer::unknown: return RuntimeReason::signer_unknown;
            case SignerAnswer::none: break;
        }
        return policy_.files().knows(entry.path()) ? RuntimeReason::digest_unknown : RuntimeReason::path_unknown;
    }

    void note_ima_policy(const MeasuredDigest& measured) {
        const KnownImaPolicy* known = policy_.ima_policy(measured);
        if (known == nullptr) return;
        state_.ima_policy_seen = true;
        for (const std::string& one : known->exempts) {
            if (state_.exempts.size() == limits::ima_policy_exemptions) break;
            if (std::ranges::find(state_.exempts, one) == state_.exempts.end()) state_.exempts.push_back(one);
        }
    }

    void refuse(const ImaEntry& entry, std::uint64_t number, RuntimeReason reason) {
        ++state_.refused[static_cast<std::size_t>(reason)];
        if (state_.offences.size() == limits::runtime_offences) return;
        Offence out{number, reason, name_text_cut(entry.path(), limits::text_bytes), {}};
        if (const auto digest = entry.digest(); digest && !entry.violation()) {
            if (const auto measured = measured_digest(*digest)) out.digest = text(*measured);
        }
        state_.offences.push_back(std::move(out));
    }

    RuntimeState& state_;
    const RuntimePolicy& policy_;
    const PcrValues& values_;
};

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& one : texts) out += (out.empty() ? "" : "; ") + one;
    return out;
}

// The first refused entry with this reason, as far as it is kept.
std::string first_of(const RuntimeState& state, RuntimeReason reason) {
    const auto found = std::ranges::find(state.offences, reason, &Offence::reason);
    if (found == state.offences.end()) return {};
    const std::string name = shown_name(*found);
    return "entry " + std::to_string(found->entry) + (name.empty() ? "" : ": " + name);
}

void add_ima_policy(std::vector<RuntimeFinding>& out, const RuntimeState& state, const RuntimeFacts& facts) {
    if (state.ima_policy_seen) {
        if (state.exempts.empty()) return;
        out.push_back({RuntimeReason::ima_policy_exempts, state.exempts.size(), joined(state.exempts)});
        return;
    }
    const std::string built_in = facts.command_line ? built_in_ima_policy(*facts.command_line) : "";
    if (built_in.empty()) {
        const char* const why = facts.command_line ? "none was measured, and the command line asks for none"
                                                   : "none was measured, nor the command line";
        out.push_back({RuntimeReason::ima_policy_unknown, 1, why});
        return;
    }
    out.push_back({RuntimeReason::ima_policy_exempts, 1, "ima_policy=" + built_in + " exempts tmpfs and others"});
}

}  // namespace

std::string_view word(RuntimeReason reason) {
    return reason_words.of(reason);
}

std::optional<RuntimeReason> runtime_reason_named(std::string_view word) {
    return reason_words.named(word);
}

Verdict verdict_of(RuntimeReason reason) {
    switch (reason) {
        case RuntimeReason::violation:
        case RuntimeReason::entry_unreadable:
        case RuntimeReason::path_unknown:
        case RuntimeReason::digest_unknown:
        case RuntimeReason::signer_unknown:
        case RuntimeReason::signature_invalid:
        case RuntimeReason::buffer_unknown:
        case RuntimeReason::buffer_mismatch:
        case RuntimeReason::not_covered: return Verdict::contraindicated;
        case RuntimeReason::not_measured: return Verdict::none;
        case RuntimeReason::boot_aggregate_unproven:
        case RuntimeReason::ima_policy_unknown:
        case RuntimeReason::ima_policy_exempts:
        case RuntimeReason::agent_not_among:
        case RuntimeReason::entries_excluded:
        case RuntimeReason::kernel_replaced:
        case RuntimeReason::weak_hash: return Verdict::warning;
    }
    return Verdict::contraindicated;
}

std::string shown_name(const Offence& offence) {
    const bool claimed = offence.reason == RuntimeReason::violation && !offence.name.empty();
    return claimed ? "claims to be " + offence.name : offence.name;
}

RuntimeState start_runtime(const RuntimePolicy& policy) {
    RuntimeState out;
    out.policy = policy.sha256();
    return out;
}

void after_kexec(RuntimeState& state) {
    state.kernel_replaced = true;
    state.agent_seen = false;
    state.ima_policy_seen = false;
    state.exempts.clear();
}

void judge_entries(
    RuntimeState& state, const RuntimePolicy& policy, std::uint64_t first, std::span<const ImaEntry> entries,
    const PcrValues& values
) {
    assert(state.policy == policy.sha256());
    Judge judge(state, policy, values);
    for (std::size_t i = 0; i < entries.size(); ++i) judge.entry(entries[i], first + i);
}

RuntimeJudgement judge_runtime(const RuntimeState& state, const RuntimeFacts& facts) {
    RuntimeJudgement out;
    for (std::size_t i = 0; i < entry_reasons; ++i) {
        const auto reason = static_cast<RuntimeReason>(i);
        if (state.refused[i] > 0) out.findings.push_back({reason, state.refused[i], first_of(state, reason)});
    }
    if (facts.outcome == ImaOutcome::not_measured) {
        out.findings.push_back({RuntimeReason::not_measured, 1, ""});
    } else if (facts.outcome != ImaOutcome::covered && facts.outcome != ImaOutcome::kexec) {
        out.findings.push_back({RuntimeReason::not_covered, 1, std::string(name(facts.outcome))});
    } else {
        if (state.boot_aggregate != BootAggregate::matches) {
            const std::string_view how = state.boot_aggregate ? name(*state.boot_aggregate) : "absent";
            out.findings.push_back({RuntimeReason::boot_aggregate_unproven, 1, std::string(how)});
        }
        add_ima_policy(out.findings, state, facts);
        if (!state.agent_seen) out.findings.push_back({RuntimeReason::agent_not_among, 1, ""});
        if (state.excluded > 0) out.findings.push_back({RuntimeReason::entries_excluded, state.excluded, ""});
        if (state.kernel_replaced || facts.outcome == ImaOutcome::kexec)
            out.findings.push_back({RuntimeReason::kernel_replaced, 1, ""});
        const bool padded = facts.replay.extension && *facts.replay.extension != ImaExtension::own_hash;
        if (padded || facts.replay.value.alg() == HashAlg::sha1) {
            out.findings.push_back({RuntimeReason::weak_hash, 1, padded ? "padded" : "the bank itself"});
        }
    }
    // A warning beside nothing measured stays `none`; the worst of the others decides.
    out.verdict = Verdict::affirming;
    for (const RuntimeFinding& one : out.findings) {
        const Verdict worst = verdict_of(one.reason);
        if (worst == Verdict::contraindicated || out.verdict == Verdict::affirming) out.verdict = worst;
    }
    return out;
}

}  // namespace assay
