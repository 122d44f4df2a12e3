#pragma once
// The runtime axis of a report: what ran since the boot, by the IMA list that the quoted PCR 10 proves and the runtime
// policy that the boot's Reference Values name. `none` where nothing is measured or nobody said what may run; it rests
// on the boot, so it is never better than that. Pure.

#include "collector/verifier/boot/appraise_boot.hpp"
#include "collector/verifier/runtime/ima_evidence.hpp"

namespace assay {

class RuntimeAppraisal {
  public:
    const AppraisedAxis& axis() const { return axis_; }
    const CheckResult& list_check() const { return list_check_; }      // the step "ima"
    const CheckResult& policy_check() const { return policy_check_; }  // the step "runtime_policy"
    bool affirmed() const { return axis_.verdict == Verdict::affirming; }

  private:
    RuntimeAppraisal(AppraisedAxis axis, CheckResult list, CheckResult policy)
        : axis_(std::move(axis)), list_check_(std::move(list)), policy_check_(std::move(policy)) {}
    AppraisedAxis axis_;
    CheckResult list_check_;
    CheckResult policy_check_;
    friend RuntimeAppraisal appraise_runtime(const ImaEvidence&, const BootAppraisal&);
};

RuntimeAppraisal appraise_runtime(const ImaEvidence& list, const BootAppraisal& boot);

}  // namespace assay
