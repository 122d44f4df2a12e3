#include "collector/api/rules.hpp"

#include "base/writer.hpp"

namespace assay::api {

Sha256 rules_fingerprint(const policy::PackSet& packs, const policy::Registries& registries) {
    Writer bytes;
    bytes.raw(as_bytes("assay/rules/1")).u8(0);
    for (const policy::Pack& pack : packs.packs()) bytes.raw(pack.sha256);
    bytes.u8(0);
    for (const policy::RegistrySnapshot& snapshot : registries.all()) bytes.raw(snapshot.sha256());
    return sha256(bytes.bytes());
}

namespace {

std::shared_ptr<const ActivePacks> active(
    std::shared_ptr<const policy::PackSet> packs, std::shared_ptr<const policy::Registries> registries
) {
    const Sha256 fingerprint = rules_fingerprint(*packs, *registries);
    return std::make_shared<const ActivePacks>(ActivePacks{std::move(packs), std::move(registries), fingerprint});
}

}  // namespace

Rules::Rules(policy::PackSet packs, TrustAnchors anchors, policy::Registries registries)
    : packs_(active(
          std::make_shared<const policy::PackSet>(std::move(packs)),
          std::make_shared<const policy::Registries>(std::move(registries))
      )),
      anchors_(std::make_shared<const TrustAnchors>(std::move(anchors))) {}

std::shared_ptr<const ActivePacks> Rules::packs() const {
    const std::scoped_lock lock(mutex_);
    return packs_;
}

std::shared_ptr<const TrustAnchors> Rules::anchors() const {
    const std::scoped_lock lock(mutex_);
    return anchors_;
}

std::shared_ptr<const ActiveReferences> Rules::references() const {
    const std::scoped_lock lock(mutex_);
    return references_;
}

void Rules::replace_packs(policy::PackSet packs) {
    auto next = std::make_shared<const policy::PackSet>(std::move(packs));
    const std::scoped_lock lock(mutex_);
    packs_ = active(std::move(next), packs_->registries);
}

void Rules::replace_registries(policy::Registries registries) {
    auto next = std::make_shared<const policy::Registries>(std::move(registries));
    const std::scoped_lock lock(mutex_);
    packs_ = active(packs_->set, std::move(next));
}

void Rules::replace_anchors(TrustAnchors anchors) {
    auto next = std::make_shared<const TrustAnchors>(std::move(anchors));
    const std::scoped_lock lock(mutex_);
    anchors_ = std::move(next);
}

void Rules::replace_references(ActiveReferences references) {
    auto next = std::make_shared<const ActiveReferences>(std::move(references));
    const std::scoped_lock lock(mutex_);
    references_ = std::move(next);
}

}  // namespace assay::api
