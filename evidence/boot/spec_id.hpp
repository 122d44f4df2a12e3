#pragma once
// The header of an event log: TCG_EfiSpecIdEvent in its first event, an EV_NO_ACTION (PFP 1.06, "Specification ID
// Version Event"; "Spec ID Event02" of the EFI Platform Specification 1.22, "Spec ID Event00" of the conventional BIOS
// Specification 1.21). Only "Spec ID Event03" is followed by events with a digest per bank, sized by its list. Pure;
// views look at the bytes given.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <vector>

namespace assay {

struct SpecIdAlgorithm {
    std::uint16_t algorithm = 0;  // TPM_ALG_ID
    std::uint16_t digest_bytes = 0;
    friend bool operator==(const SpecIdAlgorithm&, const SpecIdAlgorithm&) = default;
};

struct SpecId {
    std::uint8_t form = 3;  // of "Spec ID Event03": 3; 2 and 0 likewise
    std::uint32_t platform_class = 0;
    std::uint8_t version_minor = 0;
    std::uint8_t version_major = 0;
    std::uint8_t errata = 0;
    std::uint8_t uintn_size = 0;              // 1: UINTN is 32 bits, 2: 64; reserved in form 0
    std::vector<SpecIdAlgorithm> algorithms;  // of form 3
    ByteView vendor_info;
    ByteView trailing;  // after the structure
};

// Whether the data begins as one of the three forms.
bool begins_as_spec_id(ByteView data);
// bad_magic for another signature; truncated; limit_exceeded over limits::log_banks algorithms; bad_value for none, one
// that stands twice, or a digest of 0 or more than limits::log_digest_bytes bytes: nothing behind it could be cut
// right.
Result<SpecId> decode_spec_id(ByteView data);
Bytes encode_spec_id(const SpecId& spec_id);

}  // namespace assay
