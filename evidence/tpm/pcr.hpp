#pragma once
// PCR selections and values. A selection is compared by meaning: banks with their sets of PCRs, whatever the width of
// the bitmap and with empty banks dropped; a quote over an inactive bank succeeds with an empty one, so empty is never
// equal. TPML_PCR_SELECTION, TPMS_PCR_SELECTION: TPM 2.0 Library Part 2, "Structures".

#include "base/crypto/hash.hpp"
#include "base/reader.hpp"
#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay {

class PcrIndex {
  public:
    static std::optional<PcrIndex> from(std::uint64_t index) {
        if (index >= 24) return std::nullopt;
        return PcrIndex(static_cast<std::uint8_t>(index));
    }
    unsigned value() const { return value_; }
    friend auto operator<=>(const PcrIndex&, const PcrIndex&) = default;

  private:
    explicit PcrIndex(std::uint8_t value) : value_(value) {}
    std::uint8_t value_;
};

struct PcrBankSelection {
    HashAlg bank = HashAlg::sha256;
    std::uint32_t pcrs = 0;  // bit i = PCR i, i < 24
    friend bool operator==(const PcrBankSelection&, const PcrBankSelection&) = default;
};

// In the order of the TPML: pcrDigest is made over the values in this order.
using PcrSelection = std::vector<PcrBankSelection>;

std::vector<PcrIndex> pcrs_of(const PcrBankSelection& selection);
std::string pcr_list(std::uint32_t pcrs);  // "0,4,7": of bits
PcrSelection select_pcrs(HashAlg bank, std::initializer_list<unsigned> pcrs);
// "sha256:0,1,2,3,7"; banks joined by '+'.
std::string text(const PcrSelection& selection);

// The same non-empty banks in the same order with the same PCRs, and at least one PCR.
bool same_meaning(const PcrSelection& a, const PcrSelection& b);

Bytes encode_pcr_selection(const PcrSelection& selection);  // 3-byte bitmaps
// Refuses more than limits::pcr_banks banks, unknown hash algorithms, a bank named twice, PCRs from 24 on.
Result<PcrSelection> decode_pcr_selection(ByteView bytes);
PcrSelection read_pcr_selection(Reader& reader);

// Values by bank and PCR; only what was given.
using PcrValues = std::map<HashAlg, std::map<PcrIndex, Digest>>;

// The pcrDigest over exactly the selected PCRs, in the selection's order, with the signing scheme's hash (Part 3,
// TPM2_Quote). not_found names a selected PCR without a value; values that are not selected are bad_value.
Result<Digest> pcr_digest(HashAlg scheme_hash, const PcrSelection& selection, const PcrValues& values);

}  // namespace assay
