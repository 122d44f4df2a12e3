#pragma once
// What any X.509 certificate calls itself, for showing: those of Secure Boot's variables and of authorities in an event
// log. Nothing is verified, and its key may be of any kind. Every text is hostile and comes back cleaned.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <string>

namespace assay {

struct CertificateSummary {
    std::string subject;  // RFC 2253
    std::string issuer;
    std::string serial;  // lower-case hex
    UnixMillis not_before;
    UnixMillis not_after;
};

// limit_exceeded over limits::certificate_bytes; bad_encoding for what is no X.509 certificate in DER, or goes on after
// it.
Result<CertificateSummary> read_certificate_summary(ByteView der);

}  // namespace assay
