#include "collector/api/device_report.hpp"

#include <algorithm>

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

// nullptr also for one that this device never gave, with which establish_facts() refuses the report.
std::shared_ptr<const BootLog> boot_log_of(const ReportContext& context, const Statement& statement) {
    const DocumentRef* ref = find_document(statement, DocumentKind::event_log);
    if (ref == nullptr) return nullptr;
    const Bytes* given = uploaded(context, statement, DocumentKind::event_log);
    const std::vector<KnownDocument>& known = context.known.documents;
    const bool there = given != nullptr || std::ranges::find(known, *ref, &KnownDocument::ref) != known.end();
    return there ? context.boot_log(ref->sha256, given) : nullptr;
}

// As the inventory that the statement names calls it: new, the last one, or one that was given before.
FirmwareModel firmware_of(const ReportContext& context, const Facts& facts) {
    if (facts.new_inventory()) return firmware_model(*facts.new_inventory());
    const DocumentRef* named = find_document(facts.statement(), DocumentKind::inventory);
    if (context.known.boot && same_document(named, last_document(context.known, DocumentKind::inventory))) {
        return context.known.boot->firmware;
    }
    return named == nullptr ? FirmwareModel{} : context.firmware(named->sha256);
}

std::optional<KnownImaList> known_list(const KnownDevice& known) {
    return known.runtime ? std::optional(known.runtime->list) : std::nullopt;
}

SentImaList sent_ima_list(const ReportContext& context, const Statement& statement, const Bytes& tail) {
    const Bytes* segment = uploaded(context, statement, DocumentKind::ima);
    const bool more = statement.ima && statement.ima->more;
    return decode_sent_ima_list(segment == nullptr ? ByteView() : *segment, more ? ByteView() : ByteView(tail));
}

// `sent`: the report's IMA list, where it was decoded before.
ReportJudgement accept(
    std::string_view body, const ReportContext& context, VerifiedQuote quote, std::optional<SentImaList> sent
) {
    const KnownDevice& known = context.known;
    auto log = boot_log_of(context, quote.statement());
    auto facts = establish_facts(
        replay_log(std::move(quote), std::move(log)), known.history, known.documents, context.uploads, context.now
    );
    if (!facts) return failed(body, context, std::move(facts).error());
    const FirmwareModel firmware = firmware_of(context, *facts);
    const BootAppraisal boot = appraise_boot(*facts, firmware, context.references.boot, Date::of(context.now));
    if (!sent) sent = sent_ima_list(context, facts->statement(), facts->quote().ima_tail());
    ImaEvidence ima = match_sent_ima_list(*facts, known_list(known), known.device.generation, *std::move(sent));
    const EarlierRuntime earlier{known.runtime ? known.runtime->progress : std::nullopt, context.ima_entries};
    const RuntimeAppraisal runtime = appraise_runtime(*facts, ima, boot, context.references.runtime, earlier);
    Appraisal appraisal = appraise(*facts, boot, runtime);
    if (appraisal.superseded()) return SupersededReport{};
    Standing standing = advance(known.device.standing, appraisal, context.now, context.valid_for);
    const bool attested_os = boot.whole() && boot.affirmed() && runtime.affirmed();
    return AcceptedReport{*std::move(facts), std::move(ima),       runtime.progress(),
                          attested_os,       std::move(appraisal), std::move(standing)};
}

struct CompletedReport {
    AuthenticReport report;
    std::optional<SentImaList> sent;
};

// PCR 10 from the list, which has to be here for it: only then is pcrDigest checked. Without it the report stays as it
// is, and fails for want of a value.
std::variant<CompletedReport, ImaFirstNeeded, DocumentsNeeded> complete_ima_value(
    AuthenticReport report, const ReportContext& context
) {
    const auto statement = decode_statement(as_text(report.statement_bytes()));
    if (!statement || statement->device != report.device() || !statement->ima || statement->ima->more) {
        return CompletedReport{std::move(report), std::nullopt};
    }
    const KnownDevice& known = context.known;
    const auto list = known_list(known);
    const std::uint32_t reset_count = report.attest().clock.reset_count;
    const HashAlg bank = report.asked().front().bank;
    if (const auto first = ima_first_needed(*statement, list, known.device.generation, reset_count, bank)) {
        return ImaFirstNeeded{*first};
    }
    if (uploaded(context, *statement, DocumentKind::ima) == nullptr && statement->ima->count > 0) {
        if (!context.turn.may_ask_documents) return CompletedReport{std::move(report), std::nullopt};
        return DocumentsNeeded{documents_lacking(*statement, known.documents)};
    }
    SentImaList sent = sent_ima_list(context, *statement, report.ima_tail());
    if (!sent.problem.empty()) return CompletedReport{std::move(report), std::move(sent)};
    const auto value = find_ima_value(report, list, known.device.generation, statement->ima->first, sent.entries);
    if (value) report = std::move(report).with_ima_value(*value);
    return CompletedReport{std::move(report), std::move(sent)};
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

    std::optional<SentImaList> sent;
    if (authentic->lacks_ima_value()) {
        auto completed = complete_ima_value(*std::move(authentic), context);
        if (auto* first = std::get_if<ImaFirstNeeded>(&completed)) return *first;
        if (auto* needed = std::get_if<DocumentsNeeded>(&completed)) return std::move(*needed);
        auto& with_value = std::get<CompletedReport>(completed);
        authentic = std::move(with_value.report);
        sent = std::move(with_value.sent);
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
        quote.statement(), known_list(known), known.device.generation, quote.attest().clock.reset_count,
        quote.attest().selection.front().bank
    );
    if (first) return ImaFirstNeeded{*first};
    if (context.turn.may_ask_documents) {
        auto lacking = documents_lacking(quote.statement(), known.documents);
        if (!lacking.empty()) return DocumentsNeeded{std::move(lacking)};
    }
    return accept(body, context, std::move(quote), std::move(sent));
}

}  // namespace assay::api
