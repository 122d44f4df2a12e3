#pragma once
// IMA's first entry, boot_aggregate: the hash over the PCRs that firmware and boot loader extended, which ties a list
// to its boot. Linux, ima_calc_boot_aggregate(): over PCR 0-7 of the SHA-1 bank, or over PCR 0-9 of another bank (0-7
// in Linux 5.8), with that bank's hash; zero when IMA started before the TPM's driver, and then nothing is extended.
//
// The kernel reads the PCRs when IMA starts. What extends one of them later (systemd in PCR 9) makes the values of a
// quote others: `other` alone proves nothing.

#include "evidence/runtime/ima_entry.hpp"
#include "evidence/tpm/pcr.hpp"

#include <vector>

namespace assay {

enum class BootAggregate {
    matches,
    other,            // none of the candidates
    zero,             // the kernel found no TPM when IMA started
    no_values,        // no bank's PCR 0-7 were given
    not_an_aggregate  // the entry is another, or a violation
};
std::string_view name(BootAggregate outcome);
std::optional<BootAggregate> boot_aggregate_named(std::string_view word);

struct BootAggregateCandidate {
    HashAlg bank = HashAlg::sha1;
    unsigned pcrs = 8;  // from 0 on: 8 or 10
    Digest value = Digest::zero(HashAlg::sha1);
    friend bool operator==(const BootAggregateCandidate&, const BootAggregateCandidate&) = default;
};
// Every bank with all of PCR 0-7, and those with 0-9 too.
std::vector<BootAggregateCandidate> boot_aggregate_candidates(const PcrValues& values);

struct BootAggregateResult {
    BootAggregate outcome = BootAggregate::not_an_aggregate;
    std::optional<BootAggregateCandidate> matched;
};
BootAggregateResult check_boot_aggregate(const ImaEntry& entry, const PcrValues& values);

}  // namespace assay
