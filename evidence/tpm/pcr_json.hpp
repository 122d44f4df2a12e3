#pragma once
// PCR values as JSON: {"sha256": {"0": "<hex>", ...}}. Each bank and PCR has one spelling.

#include "base/fields.hpp"
#include "evidence/tpm/pcr.hpp"

namespace assay {

json::Object pcr_values_json(const PcrValues& values);
// `f`: the object. Refuses, through it, an unknown bank, what is no PCR, and a digest of another size.
PcrValues read_pcr_values(Fields& f);

}  // namespace assay
