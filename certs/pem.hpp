#pragma once
// PEM as OpenSSL reads it; behind the OpenSSL seam, for the files of this room. Throws std::runtime_error where OpenSSL
// cannot (out of memory).

#include "base/crypto/openssl.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace assay {

// Bytes to read from, which must outlive it; at most 2 GiB.
BioPtr reading(ByteView bytes);

// bad_encoding, with `where`: no PEM key, or an encrypted one; a terminal is never asked for its password.
Result<PkeyPtr> private_key_from(std::string_view pem, std::string where);

}  // namespace assay
