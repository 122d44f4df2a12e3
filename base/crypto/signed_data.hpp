#pragma once
// Whom a CMS SignedData names as its signers (RFC 5652 5): read, never verified. Who wants to know whether a signature
// holds needs the key, and the bytes that were signed.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace assay {

// Of one SignerInfo: issuer and serial number, or a subject key identifier; the others stay empty.
struct NamedSigner {
    std::string issuer;  // RFC 4514 text, cleaned and cut (clean_text)
    Bytes serial;        // big-endian, as in the certificate but for a leading zero
    Bytes key_id;
    std::string digest;  // OpenSSL's short name in lower case ("sha512"), else the OID in digits
};

inline constexpr std::size_t signed_data_bytes = 64U << 10U;
inline constexpr std::size_t signed_data_signers = 8;
inline constexpr std::size_t signed_data_id_bytes = 64;  // of a serial number or key identifier

// DER of a ContentInfo that holds a SignedData; nothing may follow it. Errors: bad_encoding (no DER, no SignedData, or
// without a signer), trailing_bytes, limit_exceeded.
Result<std::vector<NamedSigner>> named_signers(ByteView der);

}  // namespace assay
