#pragma once
// The boot axis of a report: `none` without an event log or without Reference Values, `contraindicated` for a log that
// is not this boot's, a PCR of the firmware that is zero, and what nobody accepted; else `affirming`. A device that was
// read from a captured tree has no boot. Pure.

#include "collector/verifier/boot/judge_boot.hpp"
#include "collector/verifier/facts.hpp"

namespace assay {

class BootAppraisal {
  public:
    const AppraisedAxis& axis() const { return axis_; }
    const CheckResult& check() const { return check_; }  // the step "boot_reference"
    bool affirmed() const { return axis_.verdict == Verdict::affirming; }
    bool whole() const { return whole_; }                            // BootJudgement::whole
    const std::optional<Sha256>& policy() const { return policy_; }  // of what may run after this boot
    // The kernel's command line, where the boot measured it and its events are proven.
    const std::optional<std::string>& command_line() const { return command_line_; }

  private:
    BootAppraisal(AppraisedAxis axis, CheckResult check) : axis_(std::move(axis)), check_(std::move(check)) {}
    AppraisedAxis axis_;
    CheckResult check_;
    bool whole_ = false;
    std::optional<Sha256> policy_;
    std::optional<std::string> command_line_;
    friend BootAppraisal appraise_boot(const Facts&, const FirmwareModel&, std::span<const ApprovedReference>, Date);
};

// `firmware`: as the device's inventory names it. `references`: those in force.
BootAppraisal appraise_boot(
    const Facts& facts, const FirmwareModel& firmware, std::span<const ApprovedReference> references, Date today
);

// The firmware that an inventory names: maker and model of its system, version of its BIOS, UEFI or boot loader.
FirmwareModel firmware_model(const Inventory& inventory);

}  // namespace assay
