#pragma once
// TPMS_ATTEST of a quote. Decoding says only what the bytes mean: nothing of it is true before the signature over
// exactly these bytes has been checked (collector/verifier). TPM 2.0 Library Part 2, "Attestation Structures".

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/tpm/pcr.hpp"

#include <cstdint>

namespace assay {

inline constexpr std::uint32_t tpm_generated_value = 0xff544347;  // TPM_GENERATED_VALUE
inline constexpr std::uint16_t tpm_st_attest_quote = 0x8018;      // TPM_ST_ATTEST_QUOTE

// TPMS_CLOCK_INFO
struct ClockInfo {
    std::uint64_t clock_ms = 0;
    std::uint32_t reset_count = 0;
    std::uint32_t restart_count = 0;
    bool safe = false;
    friend bool operator==(const ClockInfo&, const ClockInfo&) = default;
};

struct QuoteAttest {
    Bytes qualified_signer;  // TPM2B_NAME: the key's qualified Name
    Bytes extra_data;
    ClockInfo clock;
    std::uint64_t firmware_version = 0;
    PcrSelection selection;
    Bytes pcr_digest;
    friend bool operator==(const QuoteAttest&, const QuoteAttest&) = default;
};

// bad_magic: not TPM_GENERATED_VALUE, so not made by a TPM for signing. bad_value at "type": another attestation than a
// quote. limit_exceeded: over limits::attest_bytes.
Result<QuoteAttest> decode_quote_attest(ByteView bytes);
Bytes encode_quote_attest(const QuoteAttest& attest);

}  // namespace assay
