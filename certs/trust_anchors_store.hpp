#pragma once
// What TrustAnchors hold, for files behind the OpenSSL seam only.

#include "base/crypto/openssl.hpp"
#include "certs/trust_anchors.hpp"

#include <openssl/x509_vfy.h>

#include <set>
#include <vector>

namespace assay {

struct TrustAnchors::Store {
    std::unique_ptr<X509_STORE, Releaser<&X509_STORE_free>> lookup;  // the roots, as OpenSSL looks them up
    std::vector<X509Ptr> roots;
    std::vector<X509Ptr> intermediates;
    std::set<Sha256> known_roots;
    std::set<Sha256> known_intermediates;
    std::set<Sha256> allowed;
};

}  // namespace assay
