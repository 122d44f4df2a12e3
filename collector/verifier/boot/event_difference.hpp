#pragma once
// How two lists of events of one PCR differ, as few events as possible: what a person reads in place of two hashes.
// By digests alone; what an event calls itself decides nothing.

#include "collector/verifier/boot/boot_reference.hpp"

#include <span>
#include <vector>

namespace assay {

struct EventDifference {
    PcrIndex pcr;
    bool expected = false;  // true: the reference has it and the device does not; false: the device has it
    Digest digest = Digest::zero(HashAlg::sha256);
    std::string what;
    friend bool operator==(const EventDifference&, const EventDifference&) = default;
};

// In the order of the lists, what was expected before what stands in its place. Empty: the same digests in the same
// order. Where the parts that differ are longer than about a thousand events each, all of one and then all of the
// other.
std::vector<EventDifference> event_differences(
    PcrIndex pcr, std::span<const MeasuredEvent> expected, std::span<const MeasuredEvent> found
);

}  // namespace assay
