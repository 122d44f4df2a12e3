#pragma once
// What is in force now and may be replaced while the collector runs: the policy packs, the registry snapshots, whom the
// operator trusts to vouch for TPMs, and which boots are accepted. Whoever judges takes a snapshot first and finishes
// with it. Thread-safe.

#include "base/crypto/hash.hpp"
#include "certs/ek_chain.hpp"
#include "collector/verifier/boot/judge_boot.hpp"
#include "collector/verifier/runtime/appraise_runtime.hpp"
#include "policy/registries.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace assay::api {

struct ActivePacks {
    std::shared_ptr<const policy::PackSet> set;            // never null
    std::shared_ptr<const policy::Registries> registries;  // the same
    Sha256 fingerprint{};                                  // which these are, over the files' own hashes
    const policy::PackSet& packs() const { return *set; }
};

// Reference Values that an operator approved.
struct ActiveReferences {
    std::vector<ApprovedReference> boot;
    RuntimePolicies runtime;
};

// SHA-256("assay/rules/1" || 0x00 || each pack's SHA-256, in the order of the set || 0x00 || each snapshot's). The 1 is
// of the rules in collector/findings: when these change it does, and every device is judged anew.
Sha256 rules_fingerprint(const policy::PackSet& packs, const policy::Registries& registries);

class Rules {
  public:
    Rules(policy::PackSet packs, TrustAnchors anchors, policy::Registries registries = {});

    std::shared_ptr<const ActivePacks> packs() const;
    std::shared_ptr<const TrustAnchors> anchors() const;
    std::shared_ptr<const ActiveReferences> references() const;
    void replace_packs(policy::PackSet packs);
    void replace_registries(policy::Registries registries);
    void replace_anchors(TrustAnchors anchors);
    void replace_references(ActiveReferences references);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const ActivePacks> packs_;
    std::shared_ptr<const TrustAnchors> anchors_;
    std::shared_ptr<const ActiveReferences> references_ = std::make_shared<const ActiveReferences>();
};

}  // namespace assay::api
