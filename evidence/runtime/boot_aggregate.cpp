#include "evidence/runtime/boot_aggregate.hpp"

#include "base/words.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr auto outcome_words = words<BootAggregate>({
    {BootAggregate::matches, "matches"},
    {BootAggregate::other, "other"},
    {BootAggregate::zero, "zero"},
    {BootAggregate::no_values, "no_values"},
    {BootAggregate::not_an_aggregate, "not_an_aggregate"},
});

constexpr unsigned firmware_pcr_count = 8;
constexpr unsigned firmware_and_loader_pcrs = 10;

std::optional<Digest> aggregate(HashAlg bank, const std::map<PcrIndex, Digest>& values, unsigned pcrs) {
    Hasher hasher(bank);
    for (unsigned pcr = 0; pcr < pcrs; ++pcr) {
        const auto found = values.find(*PcrIndex::from(pcr));
        if (found == values.end()) return std::nullopt;
        hasher.update(found->second.bytes());
    }
    return hasher.finish();
}

}  // namespace

std::string_view name(BootAggregate outcome) {
    return outcome_words.of(outcome);
}

std::optional<BootAggregate> boot_aggregate_named(std::string_view word) {
    return outcome_words.named(word);
}

std::vector<BootAggregateCandidate> boot_aggregate_candidates(const PcrValues& values) {
    std::vector<BootAggregateCandidate> out;
    for (const auto& [bank, pcrs] : values) {
        for (const unsigned count : {firmware_pcr_count, firmware_and_loader_pcrs}) {
            if (const auto value = aggregate(bank, pcrs, count)) out.push_back({bank, count, *value});
        }
    }
    return out;
}

BootAggregateResult check_boot_aggregate(const ImaEntry& entry, const PcrValues& values) {
    const auto digest = entry.digest();
    if (!named_boot_aggregate(entry) || entry.violation() || !digest || entry.has_buffer()) return {};
    if (std::ranges::all_of(digest->value, [](std::uint8_t b) { return b == 0; })) return {BootAggregate::zero, {}};
    const auto candidates = boot_aggregate_candidates(values);
    if (candidates.empty()) return {BootAggregate::no_values, {}};
    const std::string_view algorithm = digest->algorithm.empty() ? name(HashAlg::sha1) : digest->algorithm;
    const auto found = std::ranges::find_if(candidates, [&digest, algorithm](const BootAggregateCandidate& one) {
        return name(one.bank) == algorithm && same_bytes(one.value.bytes(), digest->value);
    });
    if (found == candidates.end()) return {BootAggregate::other, {}};
    return {BootAggregate::matches, *found};
}

}  // namespace assay
