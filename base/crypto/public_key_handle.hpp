#pragma once
// What a PublicKey holds, for files behind the OpenSSL seam only.

#include "base/crypto/openssl.hpp"
#include "base/crypto/public_key.hpp"

namespace assay {

struct PublicKey::Handle {
    PkeyPtr key;
    PkeyCtxPtr ecdsa = nullptr;  // of an EC key, ready to verify: it is copied for each check, and never used itself
};

}  // namespace assay
