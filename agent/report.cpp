#include "agent/report.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_replay.hpp"
#include "evidence/tpm/attest.hpp"

#include <algorithm>

namespace assay::agent {

Statement statement_for(const ReportOrder& order) {
    return Statement{
        .agent_version = ASSAY_VERSION,
        .root = clean_text(order.root, limits::text_bytes),
        .host = order.scanned.host.name,
        .device = order.device,
        .documents = order.scanned.documents,
        .ima = order.scanned.ima ? std::optional(order.scanned.ima->span) : std::nullopt,
        .previous = order.previous,
        .sequence = order.sequence,
        .time = order.time
    };
}

bool covers_ima(const PcrSelection& selection) {
    return std::ranges::any_of(selection, [](const PcrBankSelection& bank) {
        return (bank.pcrs >> ima_pcr & 1U) != 0;
    });
}

namespace {

// A reading that misses the quote's moment is followed by another quote: then one of the readings on both sides hits,
// unless the PCR changes all the time.
constexpr unsigned max_quotes = 4;

PcrValues without_ima(PcrValues values) {
    for (auto& [bank, of_bank] : values) of_bank.erase(*PcrIndex::from(ima_pcr));
    std::erase_if(values, [](const auto& bank) { return bank.second.empty(); });
    return values;
}

struct Quoted {
    TpmQuote quote;
    QuoteAttest attest;
    std::optional<PcrValues> values;  // none: the TPM quoted another selection
};

class Quoter {
  public:
    Quoter(const Tpm& tpm, AttestationKey& key, const ReportOrder& order) : tpm_(tpm), key_(key), order_(order) {}

    // nullopt: the values that were read around each quote are none that it covers.
    Result<std::optional<Quoted>> quote(ByteView extra_data, const std::function<void()>& alive) {
        const PcrSelection& selection = order_.challenge.selection;
        std::optional<PcrValues> before;
        for (unsigned quotes = 0; quotes < max_quotes; ++quotes) {
            TRY(TpmQuote quote, key_.quote(extra_data, selection));
            TRY(QuoteAttest attest, decode_quote_attest(quote.attest));
            alive();
            if (!same_meaning(attest.selection, selection)) return Quoted{std::move(quote), std::move(attest), {}};
            TRY(PcrValues after, tpm_.read_pcrs(selection));
            alive();
            TRY(auto values, values_of(attest, before, after));
            if (values) return Quoted{std::move(quote), std::move(attest), std::move(values)};
            before = std::move(after);
        }
        return std::optional<Quoted>{};
    }

  private:
    Result<std::optional<PcrValues>> values_of(
        const QuoteAttest& attest, const std::optional<PcrValues>& before, const PcrValues& after
    ) const {
        for (const PcrValues* const values : {&after, before ? &*before : &after}) {
            TRY(const Digest digest, pcr_digest(key_.hash(), order_.challenge.selection, *values));
            if (same_bytes(digest.bytes(), attest.pcr_digest)) return std::optional(*values);
        }
        if (!before || !list_gives_pcr()) return std::optional<PcrValues>{};
        PcrValues others = without_ima(after);
        // PCRs are only extended: what is the same on both sides of the quote was so at its moment.
        if (others != without_ima(*before)) return std::optional<PcrValues>{};
        return std::optional(std::move(others));
    }

    bool list_gives_pcr() const {
        const std::optional<ImaReading>& ima = order_.scanned.ima;
        return ima && !ima->span.more && covers_ima(order_.challenge.selection);
    }

    const Tpm& tpm_;
    AttestationKey& key_;
    const ReportOrder& order_;
};

}  // namespace

Result<std::optional<PreparedReport>> prepare_report(
    const Tpm& tpm, AttestationKey& key, const ReportOrder& order, const std::function<void()>& alive
) {
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
    TRY(std::optional<Quoted> quoted, Quoter(tpm, key, order).quote(extra.bytes(), alive));
    if (!quoted) return std::optional<PreparedReport>{};
    out.attest_sha256 = sha256(quoted->quote.attest);
    out.pcrs = pcr_fingerprint(selection, quoted->attest.pcr_digest);
    out.report.quote = std::move(quoted->quote.attest);
    out.report.signature = std::move(quoted->quote.signature);
    out.report.pcr_values = std::move(quoted->values);
    return std::optional(std::move(out));
}

std::string message_of(const PreparedReport& prepared, bool pcr_values) {
    if (pcr_values) return encode_report(prepared.report);
    Report without = prepared.report;
    without.pcr_values.reset();
    return encode_report(without);
}

}  // namespace assay::agent
