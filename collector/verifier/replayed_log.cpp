#include "collector/verifier/replayed_log.hpp"

#include "evidence/boot/command_line.hpp"

namespace assay {
namespace {

// The log could not be looked at, which says nothing against the device.
CheckResult other_bank(const BootLog& log, HashAlg quoted) {
    std::string has;
    for (const ReplayedBank& one : log.replay.banks) has += (has.empty() ? "" : ", ") + std::string(name(one.bank));
    return not_appraised(
        step::event_log, Reason::event_log_other_bank,
        "the log has no bank " + std::string(name(quoted)) + ": it has " + (has.empty() ? "none that is known" : has)
    );
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

}  // namespace

LogComparison compare_log(const BootLog& log, const PcrBankSelection& bank, const PcrValues& values) {
    if (!log.problem.empty()) return {failed(step::event_log, Reason::event_log_malformed, log.problem), 0, ""};
    if (log.replay.bank(bank.bank) == nullptr) return {other_bank(log, bank.bank), 0, ""};
    const auto compared = compare(log.replay, bank, values);
    if (!compared) {
        return {failed(step::event_log, Reason::event_log_mismatch, compared.error().message()), 0, ""};
    }
    if (!compared->firmware_holds()) return {mismatch(*compared), 0, ""};
    const std::string beyond =
        compared->differs == 0 ? "" : "PCR " + pcr_list(compared->differs) + " was extended beyond the log";
    return {std::nullopt, compared->equal, beyond};
}

MeasuredBoot measured_boot(
    const BootLog& log, HashAlg bank, const PcrValues& values, std::uint32_t proven, const FirmwareModel& firmware
) {
    MeasuredBoot out;
    out.firmware = firmware;
    out.bank = bank;
    out.quoted = values.at(bank);
    const auto of_bank = log.events.find(bank);
    if (of_bank == log.events.end()) return out;
    for (const auto& [pcr, events] : of_bank->second) {
        if ((proven >> pcr.value() & 1U) != 0) out.events.emplace(pcr, events);
    }
    return out;
}

ReplayedLog replay_log(VerifiedQuote quote, std::shared_ptr<const BootLog> log) {
    if (log == nullptr) {
        CheckResult not_sent = not_appraised(step::event_log, Reason::event_log_not_sent, "");
        return {std::move(quote), nullptr, std::move(not_sent), 0};
    }
    LogComparison compared = compare_log(*log, quote.attest().selection.front(), quote.pcr_values());
    if (compared.unproven) return {std::move(quote), nullptr, *std::move(compared.unproven), 0};
    CheckResult check = passed(step::event_log);
    check.detail = std::move(compared.detail);
    return {std::move(quote), std::move(log), std::move(check), compared.proven};
}

std::optional<std::string> ReplayedLog::command_line() const {
    constexpr unsigned grub_pcr = 8;
    if (log_ == nullptr || (proven_ >> grub_pcr & 1U) == 0) return std::nullopt;
    return measured_command_line(*log_->log, quote_.attest().selection.front().bank);
}

MeasuredBoot ReplayedLog::measured(const FirmwareModel& firmware) const {
    const HashAlg bank = quote_.attest().selection.front().bank;
    return measured_boot(*log_, bank, quote_.pcr_values(), proven_, firmware);
}

}  // namespace assay
