#pragma once
// What a PublicKey holds, for files behind the OpenSSL seam only.

#include "base/crypto/openssl.hpp"
#include "base/crypto/public_key.hpp"

namespace assay {

struct PublicKey::Handle {
    PkeyPtr key;
};

}  // namespace assay
