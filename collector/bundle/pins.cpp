#include "collector/bundle/pins.hpp"

#include "base/encoding.hpp"
#include "certs/document_signature.hpp"

#include <algorithm>
#include <iterator>

namespace assay {

std::vector<Bytes> carried_cas(const Bundle& bundle, ByteView manifest, const Bytes* manifest_signature) {
    std::vector<Bytes> out = bundle.authorities;
    const auto add = [&out, &bundle](ByteView document, ByteView signed_by) {
        if (signed_by.empty()) return;
        auto signer = check_document_signature(document, signed_by, TrustAnchors{}, bundle.made_at);
        if (signer) std::ranges::move(signer->cas, std::back_inserter(out));
    };
    if (manifest_signature != nullptr) add(manifest, *manifest_signature);
    for (const BundledReference& one : bundle.references) add(as_bytes(one.text), one.signature);
    return out;
}

Result<TrustAnchors> anchors_of(const PinnedCas& pins, const std::vector<Bytes>& carried) {
    TrustAnchors out;
    for (const Bytes& one : pins.certificates) CHECK_OK(out.add_roots(one));
    std::set<Sha256> missing = pins.hashes;
    for (const Bytes& der : carried) {
        const Sha256 hash = sha256(der);
        if (pins.hashes.contains(hash)) {
            CHECK_OK(out.add_roots(der));
            missing.erase(hash);
        } else {
            CHECK_OK(out.add_intermediates(der));
        }
    }
    if (missing.empty()) return out;
    return fail(
        Errc::not_found, "pin " + to_hex(*missing.begin()),
        "is the SHA-256 of no CA certificate in the bundle: give the certificate's file instead"
    );
}

}  // namespace assay
