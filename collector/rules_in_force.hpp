#pragma once
// What is in force of packs, registries, trust anchors and Reference Values, read again when it has changed; each is
// kept as it is where it is refused. Thread-safe: of two readings at once the one that began later is what stays.

#include "collector/config.hpp"
#include "collector/reference_rules.hpp"
#include "collector/store/store.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace assay::collector {

class RulesInForce {
  public:
    // `config` and `store` outlive it. What was approved and cannot be read is left out, and logged.
    static Result<std::unique_ptr<RulesInForce>> load(const Config& config, store::Store& store, const Log& log);

    api::Rules& rules() { return rules_; }

    Result<void> reload_packs();
    Result<void> reload_registries();
    Result<void> reload_anchors();
    // Logs what is left out. An error when `decided`, which was approved or retired just now, is among it.
    void reload_references();
    Result<void> reload_references(const Sha256& decided);

  private:
    RulesInForce(
        const Config& config, store::Store& store, const Log& log, policy::PackSet packs, TrustAnchors anchors,
        policy::Registries registries
    );
    std::vector<ReferenceLeftOut> read_references();

    const Config& config_;
    store::Store& store_;
    const Log& log_;
    std::mutex reading_;  // from reading on until it is in force: what is read later is put in force later
    api::Rules rules_;
};

}  // namespace assay::collector
