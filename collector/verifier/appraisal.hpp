#pragma once
// What a report makes of its device: a verdict each for identity, boot and runtime, with the checks in order.

#include "collector/verifier/boot/appraise_boot.hpp"
#include "collector/verifier/facts.hpp"
#include "collector/verifier/outcome.hpp"
#include "collector/verifier/runtime/appraise_runtime.hpp"
#include "collector/verifier/standing.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace assay {

class Appraisal {
  public:
    const AppraisedAxis& identity() const { return identity_; }
    const AppraisedAxis& boot() const { return boot_; }
    const AppraisedAxis& runtime() const { return runtime_; }
    const std::vector<CheckResult>& checks() const { return *checks_; }
    // The report's facts may be stored: the checks that they rest on held. False for a DeviceFailure and for a report
    // that was superseded, which changes nothing.
    bool accepted() const { return accepted_; }
    bool superseded() const { return superseded_; }
    // A person has to look: the lifecycle becomes pending_review with this reason (TPM cleared, or its clock went
    // back).
    const std::optional<AppraisedAxis>& review() const { return review_; }

  private:
    Appraisal() = default;
    AppraisedAxis identity_;
    AppraisedAxis boot_;
    AppraisedAxis runtime_;
    std::shared_ptr<const std::vector<CheckResult>> checks_;
    bool accepted_ = false;
    bool superseded_ = false;
    std::optional<AppraisedAxis> review_;
    friend Appraisal appraise(const Facts&, const BootAppraisal&, const RuntimeAppraisal&);
    friend Appraisal appraise(const DeviceFailure&);
};

// `boot` and `runtime` are those of the same facts.
Appraisal appraise(const Facts& facts, const BootAppraisal& boot, const RuntimeAppraisal& runtime);
Appraisal appraise(const DeviceFailure& failure);

// The standing after the report: `since` stays where verdict and reason do. An accepted report, whatever its verdicts,
// is valid for `valid_for` from `now` on. A failure changes the verdicts alone: `reported_at` and `valid_until` stay
// those of the last accepted report, so it neither prolongs trust nor makes a silent device seem fresh. A superseded
// report changes nothing. An active device that needs a review goes to pending_review until a person approves it again.
Standing advance(
    const Standing& before, const Appraisal& appraisal, UnixMillis now, std::chrono::milliseconds valid_for
);

// The answer to an accepted report.
ReportResult report_result(
    const Standing& standing, const Appraisal& appraisal, const Sha256& accepted, std::chrono::seconds next_report
);

}  // namespace assay
