#include "collector/api/device_report.hpp"

namespace assay::api {
namespace {

FailedJudgement failed(std::string_view body, const ReportContext& context, DeviceFailure failure) {
    FailedJudgement out;
    if (auto report = decode_report(body)) out.report = *std::move(report);
    out.standing = advance(context.known.device.standing, appraise(failure), context.now, context.valid_for);
    out.failure = std::move(failure);
    return out;
}

// After the quote was proven to be the device's own: what it was asked for twice and did not bring is its failure.
DeviceFailure values_withheld() {
    constexpr std::string_view detail = "the values were asked for, and the report came without them again";
    return {
        Reason::pcr_values_incomplete,
        std::string(detail),
        {assay::failed(step::pcr_digest, Reason::pcr_values_incomplete, std::string(detail))}
    };
}

ReportJudgement accept(std::string_view body, const ReportContext& context, VerifiedQuote quote) {
    auto facts =
        establish_facts(std::move(quote), context.known.history, context.known.documents, context.uploads, context.now);
    if (!facts) return failed(body, context, std::move(facts).error());
    Appraisal appraisal = appraise(*facts);
    if (appraisal.superseded()) return SupersededReport{};
    Standing standing = advance(context.known.device.standing, appraisal, context.now, context.valid_for);
    return AcceptedReport{*std::move(facts), std::move(appraisal), std::move(standing)};
}

}  // namespace

ReportJudgement judge_report(std::string_view body, const ReportContext& context) {
    const KnownDevice& known = context.known;
    auto signed_report = decode_signed_report(body);
    if (!signed_report) return std::move(signed_report).error();
    auto authentic = authenticate(
        *std::move(signed_report), *known.key, context.turn.device, context.turn.challenge, context.exporter,
        context.turn.received
    );
    if (!authentic) return std::move(authentic).error();

    std::shared_ptr<const PcrValues> values;
    if (!authentic->has_pcr_values()) {
        const std::string selection = text(authentic->asked());
        const ByteView digest = authentic->attest().pcr_digest;
        if (known.last && known.last->selection == selection && same_bytes(known.last->pcr_digest, digest)) {
            values = known.last->pcr_values;
        } else if (auto found = context.pcr_values(selection, digest)) {
            values = std::make_shared<const PcrValues>(*std::move(found));
        }
    }
    auto verified = verify_quote(*std::move(authentic), std::move(values));
    if (auto* failure = std::get_if<DeviceFailure>(&verified)) return failed(body, context, std::move(*failure));
    if (std::holds_alternative<PcrValuesNeeded>(verified)) {
        if (context.turn.may_ask_values) return PcrValuesNeeded{};
        return failed(body, context, values_withheld());
    }
    auto& quote = std::get<VerifiedQuote>(verified);
    if (context.turn.may_ask_documents) {
        auto lacking = documents_lacking(quote.statement(), known.documents);
        if (!lacking.empty()) return DocumentsNeeded{std::move(lacking)};
    }
    return accept(body, context, std::move(quote));
}

}  // namespace assay::api
