#include "collector/verifier/runtime/appraise_runtime.hpp"

namespace assay {

RuntimeAppraisal appraise_runtime(const ImaEvidence& list, const BootAppraisal& boot) {
    const auto none = [&list](Reason reason, std::string detail) {
        return RuntimeAppraisal(
            {Verdict::none, reason, detail}, list.check(), not_appraised(step::runtime_policy, reason, "")
        );
    };
    if (list.check().outcome == "failed") {
        const Reason reason = reason_named(list.check().reason).value_or(Reason::ima_mismatch);
        return RuntimeAppraisal(
            {Verdict::contraindicated, reason, list.check().detail}, list.check(),
            not_appraised(step::runtime_policy, Reason::earlier_check_failed, "")
        );
    }
    if (!list.proven()) {
        const Reason reason = reason_named(list.check().reason).value_or(Reason::runtime_not_appraised);
        return none(reason == Reason::ima_not_sent ? Reason::runtime_not_appraised : reason, list.check().detail);
    }
    if (!boot.affirmed()) return none(Reason::runtime_needs_boot, "");
    return none(Reason::runtime_policy_missing, "");
}

}  // namespace assay
