#pragma once
// Failures of a connect() as a word, a sentence to act on, and what the server showed of itself. Pure but for reading
// OpenSSL's values; behind the OpenSSL seam.

#include "net/client.hpp"
#include "net/dial.hpp"
#include "net/tls_stream.hpp"

namespace assay::net {

ConnectProblem problem_of(const DialFailure& failure, const Url& url);
// After handshake() gave failed or closed.
ConnectProblem problem_of(const TlsStream& stream, TlsStatus status, const ClientConfig& config);
ConnectProblem handshake_timeout(const Url& url);

// Whether an OpenSSL error code is a peer's alert about the certificate that it wants from this end.
bool wants_client_certificate(unsigned long error_code);

}  // namespace assay::net
