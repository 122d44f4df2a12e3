#pragma once
// Makes Reference Values out of the boot of a device that a person trusts: a draft, to be reviewed before it accepts
// anything. Pure.

#include "collector/verifier/boot/judge_boot.hpp"

namespace assay {

// Every quoted PCR by its value, but for those that differ between devices of one model (1, 5, 6, 13: the platform's
// configuration, partitions, the maker's own, system extensions) and PCR 10, which IMA extends: they are left out, with
// the reason. REQUIRES: `boot` as judge_boot does.
BootReference learn_reference(const MeasuredBoot& boot, std::string_view name);

// `known` with the values of another boot besides: what both accept goes on being accepted. `known_until`: the last day
// of those values of `known` that the other boot does not have; they keep an earlier one. bad_value when they are of
// another firmware or bank, limit_exceeded beyond limits::reference_values of a PCR.
Result<BootReference> merge_reference(
    const BootReference& known, const BootReference& learned, const std::optional<Date>& known_until
);

}  // namespace assay
