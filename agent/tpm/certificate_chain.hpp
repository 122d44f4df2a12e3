#pragma once
// The certificates of NV indexes 0x01c00100-0x01c001ff: a TPM vendor stores them one after the other, over as many
// indexes as they need, a certificate maybe split between two. Cuts them apart by the length of each outer SEQUENCE;
// nothing else of a certificate is looked at. TCG EK Credential Profile, "EK certificate chain"; X.690 8.1.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <vector>

namespace assay::agent {

// `content` is that of the indexes in ascending order, joined. Padding of 00 or ff before, between and after is
// skipped. bad_encoding: something else than a SEQUENCE in definite length; truncated: it ends within a certificate;
// limit_exceeded: a certificate over limits::certificate_bytes, or more than limits::chain_certificates.
Result<std::vector<Bytes>> split_certificates(ByteView content);

}  // namespace assay::agent
