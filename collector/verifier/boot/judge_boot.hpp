#pragma once
// Is what booted what a person accepted? The appraisal of a boot whose event log has replayed to the quoted PCRs, by
// the Reference Values of its firmware. By digests and PCR values alone: names of events and of the firmware choose
// what is compared and shown, and decide nothing. Pure.

#include "collector/verifier/boot/boot_reference.hpp"
#include "collector/verifier/boot/event_difference.hpp"
#include "collector/verifier/standing.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace assay {

// What a boot measured, as a replayed log tells it. REQUIRES: the events of each PCR extend to its quoted value; a PCR
// of which the log does not speak has no events.
struct MeasuredBoot {
    FirmwareModel firmware;
    HashAlg bank = HashAlg::sha256;
    std::map<PcrIndex, Digest> quoted;
    MeasuredEvents events;
};

// Reference Values that a person has approved and that are in force.
struct ApprovedReference {
    Sha256 sha256{};  // of the document
    BootReference reference;
};

struct BootJudgement {
    Verdict verdict = Verdict::none;
    Reason reason = Reason::boot_reference_unknown;
    std::string detail;
    std::vector<EventDifference> differences;  // to the nearest known values, at most limits::boot_differences
    std::optional<Sha256> reference;           // by which it was judged, or to which the differences are
    std::optional<Date> until;                 // the last day of this verdict: an accepted value ends
    std::optional<Sha256> runtime_policy;      // of the reference by which it was affirmed
    // Everything measured as executable before the kernel runs was accepted: firmware, boot loader, kernel and its
    // command line. What attested_os needs of a boot (DESIGN section 4). Affirming alone leaves out what the reference
    // leaves out.
    bool whole = false;
};

// `none` with boot_reference_unknown when no Reference Values are of this firmware and bank; the differences are then
// to the nearest of the same maker and model. `contraindicated` with boot_reference_mismatch when there are and none
// fits. `affirming` with boot_accepted when every PCR that the best one accepts is quoted and holds what it accepts,
// today.
BootJudgement judge_boot(const MeasuredBoot& boot, std::span<const ApprovedReference> references, Date today);

}  // namespace assay
