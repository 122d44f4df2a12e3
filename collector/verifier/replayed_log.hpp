#pragma once
// What a boot measured, as far as its event log replays to the PCRs of a verified quote. The firmware's own PCRs, 0 to
// 7, have to: a log of which one does not is another boot's or was changed, and says nothing. From 8 on a running
// system may extend further (systemd does, in 9 and 11), so there a log that does not reach the value only leaves its
// events unproven; the values themselves are the quote's. PFP 1.06 sections 3.3.4 and 10.

#include "collector/verifier/boot/boot_log.hpp"
#include "collector/verifier/boot/judge_boot.hpp"
#include "collector/verifier/report.hpp"

#include <memory>
#include <optional>

namespace assay {

// A log against the values of one quoted bank. `unproven` is set when it says nothing, and why: it failed, or has no
// such bank; else `proven` has the PCRs whose events replay to the quoted value.
struct LogComparison {
    std::optional<CheckResult> unproven;
    std::uint32_t proven = 0;  // bits
    std::string detail;        // what is beside it, or ""
};
LogComparison compare_log(const BootLog& log, const PcrBankSelection& bank, const PcrValues& values);
// REQUIRES: compare_log() left nothing unproven, and `proven` is its.
MeasuredBoot measured_boot(
    const BootLog& log, HashAlg bank, const PcrValues& values, std::uint32_t proven, const FirmwareModel& firmware
);

class ReplayedLog {
  public:
    const VerifiedQuote& quote() const { return quote_; }
    // The step "event_log": passed, failed (event_log_malformed, event_log_mismatch), or not appraised
    // (event_log_not_sent, event_log_other_bank).
    const CheckResult& check() const { return check_; }
    // Events are proven: MeasuredBoot may be made of it.
    bool holds() const { return check_.outcome == "passed"; }
    // REQUIRES: holds().
    MeasuredBoot measured(const FirmwareModel& firmware) const;
    // The kernel's (evidence/boot/command_line.hpp), when PCR 8 is proven.
    std::optional<std::string> command_line() const;

  private:
    ReplayedLog(VerifiedQuote quote, std::shared_ptr<const BootLog> log, CheckResult check, std::uint32_t proven)
        : quote_(std::move(quote)), log_(std::move(log)), check_(std::move(check)), proven_(proven) {}
    VerifiedQuote quote_;
    std::shared_ptr<const BootLog> log_;
    CheckResult check_;
    std::uint32_t proven_ = 0;  // bits: PCRs whose events replay to the quoted value
    friend ReplayedLog replay_log(VerifiedQuote quote, std::shared_ptr<const BootLog> log);
};

// `log`: what the statement's document `event_log` holds, or nullptr when it names none. Compared in the first bank
// that was quoted.
ReplayedLog replay_log(VerifiedQuote quote, std::shared_ptr<const BootLog> log);

}  // namespace assay
