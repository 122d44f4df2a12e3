#pragma once
// What is in force now and may be replaced while the collector runs: the policy packs, the registry snapshots, and whom
// the operator trusts to vouch for TPMs. Whoever judges takes a snapshot first and finishes with it. Thread-safe.

#include "base/crypto/hash.hpp"
#include "certs/ek_chain.hpp"
#include "policy/registries.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace assay::api {

struct ActivePacks {
    std::shared_ptr<const policy::PackSet> set;            // never null
    std::shared_ptr<const policy::Registries> registries;  // the same
    Sha256 fingerprint{};                                  // which these are, over the files' own hashes
    const policy::PackSet& packs() const { return *set; }
};

// SHA-256("assay/rules/1" || 0x00 || each pack's SHA-256, in the order of the set || 0x00 || each snapshot's). The 1 is
// of the rules in collector/findings: when these change it does, and every device is judged anew.
Sha256 rules_fingerprint(const policy::PackSet& packs, const policy::Registries& registries);

class Rules {
  public:
    Rules(policy::PackSet packs, TrustAnchors anchors, policy::Registries registries = {});

    std::shared_ptr<const ActivePacks> packs() const;
    std::shared_ptr<const TrustAnchors> anchors() const;
    void replace_packs(policy::PackSet packs);
    void replace_registries(policy::Registries registries);
    void replace_anchors(TrustAnchors anchors);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const ActivePacks> packs_;
    std::shared_ptr<const TrustAnchors> anchors_;
};

}  // namespace assay::api
