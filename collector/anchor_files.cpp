#include "collector/anchor_files.hpp"

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "collector/store/trust.hpp"

namespace assay::collector {
namespace {

constexpr std::size_t max_anchor_bytes = 4U << 20U;

}  // namespace

Result<TrustAnchors> load_anchors(std::span<const std::string> files, store::Database& db) {
    TrustAnchors out;
    for (const std::string& file : files) {
        TRY(const std::string text, read_file(file, max_anchor_bytes));
        if (const auto added = out.add_roots(as_bytes(text)); !added) {
            return fail(added.error().code, file, added.error().what);
        }
    }
    for (const store::TrustAnchor& anchor : store::trust_anchors(db)) {
        if (const auto added = out.add_roots(anchor.der); !added) {
            return fail(added.error().code, "trust anchor " + to_hex(anchor.sha256), added.error().what);
        }
    }
    for (const store::AllowedEk& key : store::allowed_eks(db)) out.allow_ek(key.fingerprint);
    return out;
}

}  // namespace assay::collector
