#include "base/encoding.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "evidence/tpm/attest.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

json::Array selection_value(const PcrSelection& selection) {
    json::Array out;
    for (const PcrBankSelection& bank : selection) {
        json::Array pcrs;
        for (const PcrIndex pcr : pcrs_of(bank)) pcrs.push_back(pcr.value());
        out.push_back(json::Object{{"bank", name(bank.bank)}, {"pcrs", std::move(pcrs)}});
    }
    return out;
}

json::Object quote_value(const QuoteAttest& attest) {
    return {
        {"type", "quote"},
        {"magic", fmt::format("{:08x}", tpm_generated_value)},
        {"qualified_signer", to_hex(attest.qualified_signer)},
        {"extra_data", to_hex(attest.extra_data)},
        {"clock_info",
         json::Object{
             {"clock_ms", static_cast<std::int64_t>(attest.clock.clock_ms)},
             {"reset_count", attest.clock.reset_count},
             {"restart_count", attest.clock.restart_count},
             {"safe", attest.clock.safe}
         }},
        {"firmware_version", fmt::format("{:016x}", attest.firmware_version)},  // 64 bits: text, not a number
        {"pcr_select", selection_value(attest.selection)},
        {"pcr_digest", to_hex(attest.pcr_digest)},
        {"verified", "nothing: decoded only, the signature was not checked"},
    };
}

}  // namespace

Result<json::Object> inspect_quote(ByteView bytes) {
    TRY(const QuoteAttest attest, decode_quote_attest(bytes));
    return quote_value(attest);
}

}  // namespace assay::cli
