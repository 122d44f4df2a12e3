#pragma once
// What the agent remembers over restarts: which device it is to its collector, and the last report that was accepted.
// No key and no secret. Kept as a small JSON document (agent/state_directory.hpp writes it); read back it is hostile:
// a document that is not exactly right is refused, and the agent starts anew, without `previous`.

#include "agent/ima_reading.hpp"
#include "base/crypto/hash.hpp"
#include "base/result.hpp"
#include "evidence/device_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

struct Memory {
    std::optional<DeviceId> device;  // none before the first enrolment
    std::uint64_t generation = 0;    // of the attestation key; 0 before the first enrolment
    std::optional<Sha256> ak;        // SHA-256 of the Name of the key that was enrolled
    std::optional<Sha256> previous;  // SHA-256 of the last accepted TPMS_ATTEST
    std::uint64_t sequence = 0;      // of the last accepted report
    std::optional<Sha256> pcrs;      // pcr_fingerprint of the values that the collector knows
    std::optional<ImaPlace> ima{};   // how far it has the IMA list
    friend bool operator==(const Memory&, const Memory&) = default;
};

inline constexpr std::string_view memory_format = "assay/agent-state/1";
inline constexpr std::size_t max_memory_bytes = 4096;

std::string encode_memory(const Memory& memory);
Result<Memory> decode_memory(std::string_view text);

// Names PCR values by what the collector looks them up by: SHA-256 over the marshalled selection and pcrDigest, framed.
Sha256 pcr_fingerprint(ByteView selection, ByteView pcr_digest);

}  // namespace assay::agent
