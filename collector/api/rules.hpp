#pragma once
// What is in force now and may be replaced while the collector runs: the policy packs, and whom the operator trusts to
// vouch for TPMs. Whoever judges takes a snapshot first and finishes with it. Thread-safe.

#include "base/crypto/hash.hpp"
#include "certs/ek_chain.hpp"
#include "policy/pack_set.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace assay::api {

struct ActivePacks {
    policy::PackSet packs;
    Sha256 fingerprint{};  // which packs these are: over the packs' own hashes
};

// SHA-256("assay/packs/1" || 0x00 || each pack's SHA-256, in the order of the set).
Sha256 packs_fingerprint(const policy::PackSet& packs);

class Rules {
  public:
    Rules(policy::PackSet packs, TrustAnchors anchors);

    std::shared_ptr<const ActivePacks> packs() const;
    std::shared_ptr<const TrustAnchors> anchors() const;
    void replace_packs(policy::PackSet packs);
    void replace_anchors(TrustAnchors anchors);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const ActivePacks> packs_;
    std::shared_ptr<const TrustAnchors> anchors_;
};

}  // namespace assay::api
