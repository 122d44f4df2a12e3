#include "collector/api/device_report.hpp"

#include "collector/verifier/runtime/runtime_progress.hpp"
#include "evidence/runtime/ima_list.hpp"

#include <algorithm>
#include <iterator>

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

const Bytes* uploaded(const ReportContext& context, const Statement& statement, DocumentKind kind) {
    const DocumentRef* ref = find_document(statement, kind);
    if (ref == nullptr) return nullptr;
    const auto given = context.uploads.given().find(ref->sha256);
    return given == context.uploads.given().end() ? nullptr : &given->second;
}

std::shared_ptr<const BootLog> boot_log_of(const ReportContext& context, const Statement& statement) {
    const DocumentRef* ref = find_document(statement, DocumentKind::event_log);
    if (ref == nullptr) return nullptr;
    if (const Bytes* given = uploaded(context, statement, DocumentKind::event_log)) return read_boot_log(*given);
    return context.boot_log(ref->sha256);
}

std::optional<KnownImaList> known_list(const KnownDevice& known) {
    return known.runtime ? std::optional(known.runtime->list) : std::nullopt;
}

ReportJudgement accept(std::string_view body, const ReportContext& context, VerifiedQuote quote) {
    const KnownDevice& known = context.known;
    auto log = boot_log_of(context, quote.statement());
    auto facts = establish_facts(
        replay_log(std::move(quote), std::move(log)), known.history, known.documents, context.uploads, context.now
    );
    if (!facts) return failed(body, context, std::move(facts).error());
    const FirmwareModel firmware = facts->new_inventory() ? firmware_model(*facts->new_inventory())
                                   : known.boot           ? known.boot->firmware
                                                          : FirmwareModel{};
    const BootAppraisal boot = appraise_boot(*facts, firmware, context.references.boot, Date::of(context.now));
    const Bytes* segment = uploaded(context, facts->statement(), DocumentKind::ima);
    ImaEvidence ima =
        match_ima_list(*facts, known_list(known), known.device.generation, segment == nullptr ? ByteView() : *segment);
    EarlierRuntime earlier{std::nullopt, context.ima_entries};
    if (known.runtime && !known.runtime->judged.empty()) {
        if (auto progress = decode_runtime_progress(known.runtime->judged)) earlier.progress = *std::move(progress);
    }
    const RuntimeAppraisal runtime = appraise_runtime(*facts, ima, boot, context.references.runtime, earlier);
    Appraisal appraisal = appraise(*facts, boot, runtime);
    if (appraisal.superseded()) return SupersededReport{};
    Standing standing = advance(known.device.standing, appraisal, context.now, context.valid_for);
    const bool attested_os = boot.whole() && boot.affirmed() && runtime.affirmed();
    return AcceptedReport{*std::move(facts), std::move(ima),       runtime.progress(),
                          attested_os,       std::move(appraisal), std::move(standing)};
}

// PCR 10 from the list, which has to be here for it: only then is pcrDigest checked. Without it the report stays as it
// is, and fails for want of a value.
std::variant<AuthenticReport, ImaFirstNeeded, DocumentsNeeded> complete_ima_value(
    AuthenticReport report, const ReportContext& context
) {
    const auto statement = decode_statement(as_text(report.statement_bytes()));
    if (!statement || statement->device != report.device() || !statement->ima || statement->ima->more) return report;
    const KnownDevice& known = context.known;
    const auto list = known_list(known);
    const std::uint32_t reset_count = report.attest().clock.reset_count;
    if (const auto first = ima_first_needed(*statement, list, known.device.generation, reset_count)) {
        return ImaFirstNeeded{*first};
    }
    const Bytes* segment = uploaded(context, *statement, DocumentKind::ima);
    if (segment == nullptr && statement->ima->count > 0) {
        if (!context.turn.may_ask_documents) return report;
        return DocumentsNeeded{documents_lacking(*statement, known.documents)};
    }
    ImaList entries = segment == nullptr ? ImaList{} : decode_ima_list(*segment);
    ImaList tail = decode_ima_list(report.ima_tail());
    if (entries.broken || tail.broken) return report;
    std::ranges::move(tail.entries, std::back_inserter(entries.entries));
    const auto value = find_ima_value(report, list, known.device.generation, statement->ima->first, entries.entries);
    if (!value) return report;
    return std::move(report).with_ima_value(*value);
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

    if (authentic->lacks_ima_value()) {
        auto completed = complete_ima_value(*std::move(authentic), context);
        if (auto* first = std::get_if<ImaFirstNeeded>(&completed)) return *first;
        if (auto* needed = std::get_if<DocumentsNeeded>(&completed)) return std::move(*needed);
        authentic = std::get<AuthenticReport>(std::move(completed));
    }
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
    const auto first = ima_first_needed(
        quote.statement(), known_list(known), known.device.generation, quote.attest().clock.reset_count
    );
    if (first) return ImaFirstNeeded{*first};
    if (context.turn.may_ask_documents) {
        auto lacking = documents_lacking(quote.statement(), known.documents);
        if (!lacking.empty()) return DocumentsNeeded{std::move(lacking)};
    }
    return accept(body, context, std::move(quote));
}

}  // namespace assay::api
