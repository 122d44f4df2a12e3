#pragma once
// The runtime axis of a report: what ran since the boot, by the IMA list that the quoted PCR 10 proves and the runtime
// policy that the boot's Reference Values name. `none` where nothing is measured or nobody said what may run; it rests
// on the boot, so nothing is appraised where that was not affirmed. Pure.

#include "collector/verifier/boot/appraise_boot.hpp"
#include "collector/verifier/runtime/ima_evidence.hpp"
#include "collector/verifier/runtime/judge_runtime.hpp"

#include <functional>
#include <map>
#include <memory>

namespace assay {

// The policies that approved Reference Values name, by the SHA-256 of their documents.
using RuntimePolicies = std::map<Sha256, std::shared_ptr<const RuntimePolicy>>;

// What is known from earlier reports: not asked where ImaEvidence::begins_anew(), for then it is of another boot.
struct EarlierRuntime {
    std::optional<RuntimeState> progress;  // none: nothing was judged yet
    // The entries that were known before this report, from the first on, when everything has to be judged anew: the
    // policy is another. nullopt: they are not all there any more.
    std::function<std::optional<std::vector<ImaEntry>>()> entries;
};

class RuntimeAppraisal {
  public:
    const AppraisedAxis& axis() const { return axis_; }
    const CheckResult& list_check() const { return list_check_; }      // the step "ima"
    const CheckResult& policy_check() const { return policy_check_; }  // the step "runtime_policy"
    bool affirmed() const { return axis_.verdict == Verdict::affirming; }
    // To be written down with ImaEvidence::known(), which says up to which entry.
    const std::optional<RuntimeState>& progress() const { return progress_; }

  private:
    RuntimeAppraisal(AppraisedAxis axis, CheckResult list, CheckResult policy)
        : axis_(std::move(axis)), list_check_(std::move(list)), policy_check_(std::move(policy)) {}
    AppraisedAxis axis_;
    CheckResult list_check_;
    CheckResult policy_check_;
    std::optional<RuntimeState> progress_;
    friend RuntimeAppraisal
    appraise_runtime(const Facts&, const ImaEvidence&, const BootAppraisal&, const RuntimePolicies&, const EarlierRuntime&);
};

RuntimeAppraisal appraise_runtime(
    const Facts& facts, const ImaEvidence& list, const BootAppraisal& boot, const RuntimePolicies& policies,
    const EarlierRuntime& earlier
);

}  // namespace assay
