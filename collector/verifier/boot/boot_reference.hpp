#pragma once
// Reference Values for measured boot: what PCRs may hold on devices with one firmware (maker, model, version), by PCR,
// each value with the events that lead to it. One document serves every device with that firmware and is known by its
// SHA-256. It is data: who approved it, and whether it is in force, is kept beside it. Pure.
//
// A PCR stands for the order of its events, so an accepted value accepts exactly one order. The rule `events` accepts
// any order and number of known events, for PCRs that differ between devices; what is missing from such a PCR is not
// noticed. A PCR in `left_out` decides nothing, and it is said why.

#include "base/crypto/hash.hpp"
#include "base/time.hpp"
#include "evidence/tpm/pcr.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// How a device's firmware is called by its inventory: a claim of the device. It chooses which Reference Values are
// asked for, and proves nothing: only their digests do.
struct FirmwareModel {
    std::string maker;    // of the system
    std::string model;    // of the system
    std::string version;  // of its firmware (BIOS, UEFI, boot loader)
    bool empty() const { return maker.empty() && model.empty() && version.empty(); }
    friend auto operator<=>(const FirmwareModel&, const FirmwareModel&) = default;
};

std::string text(const FirmwareModel& firmware);  // "Acme R7, firmware 1.2"

// An event as it was measured. `what` is for people: no digest vouches for it.
struct MeasuredEvent {
    Digest digest = Digest::zero(HashAlg::sha256);
    std::string what;
    friend bool operator==(const MeasuredEvent&, const MeasuredEvent&) = default;
};

// The events that extended each PCR, in their order; shared by whoever looks at them.
using MeasuredEvents = std::map<PcrIndex, std::shared_ptr<const std::vector<MeasuredEvent>>>;

struct AcceptedValue {
    Digest value = Digest::zero(HashAlg::sha256);
    std::vector<MeasuredEvent> events;  // that extend to it; empty for a value that is known by itself
    std::optional<Date> until;          // the last day on which it is accepted: the end of an update window
    friend bool operator==(const AcceptedValue&, const AcceptedValue&) = default;
};

enum class PcrRule {
    value,   // the PCR is one of the accepted values
    events,  // each of its events is an event of an accepted value
};

struct AcceptedPcr {
    PcrRule rule = PcrRule::value;
    std::vector<AcceptedValue> values;  // 1 to limits::reference_values
    friend bool operator==(const AcceptedPcr&, const AcceptedPcr&) = default;
};

struct BootReference {
    std::string name;  // for people
    FirmwareModel firmware;
    HashAlg bank = HashAlg::sha256;
    std::map<PcrIndex, AcceptedPcr> accepted;
    std::map<PcrIndex, std::string> left_out;  // and why
    std::optional<Sha256> runtime_policy;      // of what may run after this boot; none: runtime is not appraised
    friend bool operator==(const BootReference&, const BootReference&) = default;
};

inline constexpr std::string_view boot_reference_format = "assay/boot-reference/1";

std::string encode_boot_reference(const BootReference& reference);  // canonical JSON
// Any layout of JSON, for a person may have written it. Refuses, with the field's path: what is over its limit
// (evidence/limits.hpp), a PCR that stands twice or both accepted and left out, a value or event of another bank's
// size, a value that its events do not extend to (for PCR 0 from a locality of 0, 3 or 4), the rule `events` without
// events, and a document that accepts nothing.
Result<BootReference> decode_boot_reference(std::string_view text, std::string_view where = "reference");

}  // namespace assay
