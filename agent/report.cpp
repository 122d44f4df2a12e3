#include "agent/report.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/attest.hpp"

namespace assay::agent {

Statement statement_for(const ReportOrder& order) {
    return Statement{
        .agent_version = ASSAY_VERSION,
        .root = clean_text(order.root, limits::text_bytes),
        .host = order.scanned.host.name,
        .device = order.device,
        .documents = order.scanned.documents,
        .previous = order.previous,
        .sequence = order.sequence,
        .time = order.time
    };
}

Result<std::optional<PreparedReport>> prepare_report(const Tpm& tpm, AttestationKey& key, const ReportOrder& order) {
    PreparedReport out;
    out.report.statement = to_bytes(encode_statement(statement_for(order)));
    const Bytes selection = encode_pcr_selection(order.challenge.selection);
    const ReportBinding binding{
        .hash = key.hash(),
        .nonce = order.challenge.nonce,
        .device = order.device,
        .ak_name = key.name(),
        .selection = selection,
        .exporter = order.exporter,
        .statement = out.report.statement
    };
    const Digest extra = report_extra_data(binding);
    TRY(TpmQuote quote, key.quote(extra.bytes(), order.challenge.selection));
    TRY(const QuoteAttest attest, decode_quote_attest(quote.attest));
    out.attest_sha256 = sha256(quote.attest);
    out.pcrs = pcr_fingerprint(selection, attest.pcr_digest);
    out.report.quote = std::move(quote.attest);
    out.report.signature = std::move(quote.signature);
    out.without_pcrs = encode_report(out.report);
    out.selection_as_asked = same_meaning(attest.selection, order.challenge.selection);
    if (out.selection_as_asked) {
        TRY(PcrValues values, tpm.read_pcrs(order.challenge.selection));
        TRY(const Digest digest, pcr_digest(key.hash(), order.challenge.selection, values));
        if (!same_bytes(digest.bytes(), attest.pcr_digest)) return std::optional<PreparedReport>{};
        out.report.pcr_values = std::move(values);
    }
    out.with_pcrs = encode_report(out.report);
    return std::optional(std::move(out));
}

}  // namespace assay::agent
