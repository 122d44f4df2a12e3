#pragma once
// What all TLS connections of one listener or one client share: TLS 1.3 only, keys and certificates, who is trusted,
// tickets. Behind the OpenSSL seam: included by this room's .cpp files only. RFC 8446.

#include "base/crypto/openssl.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/ticket_keys.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace assay::net {

using SslCtxPtr = std::unique_ptr<SSL_CTX, Releaser<&SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Releaser<&SSL_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, Releaser<&SSL_SESSION_free>>;

struct ServerTls {
    std::string_view certificate_pem;  // chain, leaf first
    std::string_view key_pem;
    std::string_view client_ca_pem;  // empty: no client certificate is asked for
    std::string_view name;           // of the listener: a ticket resumes under the same name and client CA only
    TicketKeys* tickets = nullptr;   // outlives every handshake; nullptr: none are given or taken
};
// Errors (bad_value): where is "certificate", "key" or "client_ca".
Result<SslCtxPtr> make_server_context(const ServerTls& settings);

struct ClientTls {
    std::string_view ca_pem;  // exactly these certificates are trusted; an intermediate or a leaf may be among them
    std::string_view certificate_pem;
    std::string_view key_pem;
};
// Errors (bad_value): where is "ca", "certificate" or "key".
Result<SslCtxPtr> make_client_context(const ClientTls& settings);

std::string subject_of(const X509* certificate);  // one line, RFC 2253 order, made harmless
std::string issuer_of(const X509* certificate);
Bytes der_of(const X509* certificate);
UnixMillis not_before_of(const X509* certificate);
UnixMillis not_after_of(const X509* certificate);
inline bool valid_at(const X509* certificate, UnixMillis now) {
    return not_before_of(certificate) <= now && now <= not_after_of(certificate);
}

}  // namespace assay::net
