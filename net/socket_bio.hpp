#pragma once
// OpenSSL's view of a non-blocking socket that never raises SIGPIPE (its own socket BIO does, when the peer has gone).
// Behind the OpenSSL seam.

#include "base/crypto/openssl.hpp"

namespace assay::net {

BioPtr make_socket_bio(int socket);  // does not own the socket; throws std::bad_alloc

}  // namespace assay::net
