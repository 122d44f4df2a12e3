#include "collector/rules_in_force.hpp"

#include "base/encoding.hpp"
#include "collector/anchor_files.hpp"
#include "collector/pack_files.hpp"
#include "collector/registry_files.hpp"

#include <algorithm>

namespace assay::collector {

RulesInForce::RulesInForce(
    const Config& config, store::Store& store, const Log& log, policy::PackSet packs, TrustAnchors anchors,
    policy::Registries registries
)
    : config_(config), store_(store), log_(log), rules_(std::move(packs), std::move(anchors), std::move(registries)) {}

Result<std::unique_ptr<RulesInForce>> RulesInForce::load(const Config& config, store::Store& store, const Log& log) {
    TRY(LoadedPacks packs, load_packs(config.packs, system_now()));
    TRY(TrustAnchors anchors,
        store.read([&config](store::Database& db) { return load_anchors(config.trust_anchors, db); }));
    TRY(policy::Registries registries, load_registries(config.registries, config.packs));
    store.write([&packs](store::Database& db) { return store::set_active_packs(db, packs.stored); });
    std::unique_ptr<RulesInForce> out(
        new RulesInForce(config, store, log, std::move(packs.set), std::move(anchors), std::move(registries))
    );
    out->reload_references();
    return out;
}

Result<void> RulesInForce::reload_packs() {
    const std::scoped_lock lock(reading_);
    TRY(LoadedPacks packs, load_packs(config_.packs, system_now()));
    store_.write([&packs](store::Database& db) { return store::set_active_packs(db, packs.stored); });
    rules_.replace_packs(std::move(packs.set));
    return {};
}

Result<void> RulesInForce::reload_registries() {
    const std::scoped_lock lock(reading_);
    TRY(policy::Registries registries, load_registries(config_.registries, config_.packs));
    rules_.replace_registries(std::move(registries));
    return {};
}

Result<void> RulesInForce::reload_anchors() {
    const std::scoped_lock lock(reading_);
    const std::vector<std::string>& files = config_.trust_anchors;
    TRY(TrustAnchors anchors, store_.read([&files](store::Database& db) { return load_anchors(files, db); }));
    rules_.replace_anchors(std::move(anchors));
    return {};
}

std::vector<ReferenceLeftOut> RulesInForce::read_references() {
    const std::scoped_lock lock(reading_);
    LoadedReferences loaded = store_.read(&load_references);
    rules_.replace_references(std::move(loaded.active));
    for (const ReferenceLeftOut& one : loaded.left_out) {
        log_.error(
            "reference_left_out", {{"sha256", to_hex(one.sha256)},
                                   {"why", one.why.message()},
                                   {"then", "it accepts nothing: retire it, and add it anew"}}
        );
    }
    return std::move(loaded.left_out);
}

void RulesInForce::reload_references() {
    read_references();
}

Result<void> RulesInForce::reload_references(const Sha256& decided) {
    const std::vector<ReferenceLeftOut> left_out = read_references();
    const auto found = std::ranges::find(left_out, decided, &ReferenceLeftOut::sha256);
    if (found == left_out.end()) return {};
    return fail(found->why);
}

}  // namespace assay::collector
