#include "collector/api/rules.hpp"

#include "base/writer.hpp"

namespace assay::api {

Sha256 packs_fingerprint(const policy::PackSet& packs) {
    Writer bytes;
    bytes.raw(as_bytes("assay/packs/1")).u8(0);
    for (const policy::Pack& pack : packs.packs()) bytes.raw(pack.sha256);
    return sha256(bytes.bytes());
}

namespace {

std::shared_ptr<const ActivePacks> active(policy::PackSet packs) {
    const Sha256 fingerprint = packs_fingerprint(packs);
    return std::make_shared<const ActivePacks>(ActivePacks{std::move(packs), fingerprint});
}

}  // namespace

Rules::Rules(policy::PackSet packs, TrustAnchors anchors)
    : packs_(active(std::move(packs))), anchors_(std::make_shared<const TrustAnchors>(std::move(anchors))) {}

std::shared_ptr<const ActivePacks> Rules::packs() const {
    const std::scoped_lock lock(mutex_);
    return packs_;
}

std::shared_ptr<const TrustAnchors> Rules::anchors() const {
    const std::scoped_lock lock(mutex_);
    return anchors_;
}

void Rules::replace_packs(policy::PackSet packs) {
    auto next = active(std::move(packs));
    const std::scoped_lock lock(mutex_);
    packs_ = std::move(next);
}

void Rules::replace_anchors(TrustAnchors anchors) {
    auto next = std::make_shared<const TrustAnchors>(std::move(anchors));
    const std::scoped_lock lock(mutex_);
    anchors_ = std::move(next);
}

}  // namespace assay::api
