#include "collector/verifier/replayed_log.hpp"

namespace assay {
namespace {

constexpr std::uint32_t firmware_pcrs = 0xff;

std::string pcr_list(std::uint32_t pcrs) {
    std::string out;
    for (unsigned i = 0; i < 24; ++i) {
        if ((pcrs >> i & 1U) != 0) out += (out.empty() ? "" : ",") + std::to_string(i);
    }
    return out;
}

CheckResult mismatch(const PcrComparison& compared) {
    std::string detail;
    const auto tell = [&detail](std::uint32_t pcrs, std::string_view what) {
        if ((pcrs & firmware_pcrs) == 0) return;
        detail += (detail.empty() ? "PCR " : "; PCR ") + pcr_list(pcrs & firmware_pcrs) + " " + std::string(what);
    };
    tell(compared.differs, "replays to another value");
    tell(compared.unexplained, "was extended, and is not in the log");
    tell(compared.untouched, "was never extended");
    if (detail.empty()) detail = "the log speaks of none of the quoted PCRs";
    return failed(step::event_log, Reason::event_log_mismatch, detail);
}

bool firmware_holds(const PcrComparison& compared) {
    return ((compared.differs | compared.not_in_log()) & firmware_pcrs) == 0 && compared.equal != 0;
}

}  // namespace

ReplayedLog replay_log(VerifiedQuote quote, std::shared_ptr<const BootLog> log) {
    if (log == nullptr) {
        CheckResult not_sent = not_appraised(step::event_log, Reason::event_log_not_sent, "");
        return {std::move(quote), nullptr, std::move(not_sent), 0};
    }
    if (!log->problem.empty()) {
        CheckResult malformed = failed(step::event_log, Reason::event_log_malformed, log->problem);
        return {std::move(quote), nullptr, std::move(malformed), 0};
    }
    const PcrBankSelection& bank = quote.attest().selection.front();
    const auto compared = compare(log->replay, bank, quote.pcr_values());
    if (!compared) {
        CheckResult failure = failed(step::event_log, Reason::event_log_mismatch, compared.error().message());
        return {std::move(quote), nullptr, std::move(failure), 0};
    }
    if (!firmware_holds(*compared)) return {std::move(quote), nullptr, mismatch(*compared), 0};
    CheckResult check = passed(step::event_log);
    if (compared->differs != 0) check.detail = "PCR " + pcr_list(compared->differs) + " was extended beyond the log";
    return {std::move(quote), std::move(log), std::move(check), compared->equal};
}

MeasuredBoot ReplayedLog::measured(const FirmwareModel& firmware) const {
    MeasuredBoot out;
    out.firmware = firmware;
    out.bank = quote_.attest().selection.front().bank;
    out.quoted = quote_.pcr_values().at(out.bank);
    for (auto& [pcr, events] : measured_events(*log_, out.bank)) {
        if ((proven_ >> pcr.value() & 1U) != 0) out.events.emplace(pcr, std::move(events));
    }
    return out;
}

}  // namespace assay
