#pragma once
// One TLS connection over a non-blocking socket: each call does what can be done now and says what to wait for. Who
// waits, and for how long, is the caller's: the server's event loop, the client's poll(2). Behind the OpenSSL seam.
// Not thread-safe. RFC 8446; exporter RFC 9266.

#include "base/bytes.hpp"
#include "net/tls_context.hpp"

#include <array>
#include <span>
#include <string>

namespace assay::net {

enum class TlsStatus {
    done,
    want_read,   // call again when the socket can be read
    want_write,  // call again when the socket can be written
    closed,      // by the peer, with or without saying so
    failed,      // error() says why
};

struct TlsIo {
    TlsStatus status = TlsStatus::done;
    std::size_t bytes = 0;  // with done: at least 1
};

class TlsStream {
  public:
    // The socket is non-blocking, stays the caller's and outlives the stream. Throws std::bad_alloc.
    static TlsStream server(SSL_CTX* context, int socket);
    // `host` must be in the certificate; an address is compared with the certificate's addresses. A session is used up.
    static TlsStream client(
        SSL_CTX* context, int socket, const std::string& host, UnixMillis now, SSL_SESSION* session
    );

    TlsStatus handshake();
    TlsIo read(std::span<std::uint8_t> into);
    TlsIo write(ByteView bytes);  // repeat what was not taken
    bool has_buffered() const;    // bytes came that read() has not given yet; waiting for the socket would be wrong
    void close();                 // sends close_notify once, if it can be sent now

    // REQUIRES: handshake() is done.
    std::array<std::uint8_t, 32> exporter();
    bool resumed() const;
    X509* peer_certificate() const;  // verified; nullptr: none. Lives as long as the stream.

    // Of the last failure: OpenSSL's library and reason code, and a line for a log.
    unsigned long error_code() const { return error_code_; }
    std::string error() const;

    // Why the peer's certificate was refused (X509_V_ERR_*; X509_V_OK: it was not), and the leaf that it presented.
    int refusal() const { return refusal_->code; }
    const X509* refused_certificate() const { return refusal_->certificate.get(); }

  private:
    struct Refusal {
        int code = X509_V_OK;
        X509Ptr certificate;
    };
    TlsStream(SSL_CTX* context, int socket);
    TlsStatus status_of(int result);
    static int on_verify(int ok, X509_STORE_CTX* context);

    std::unique_ptr<Refusal> refusal_;  // SSL knows its address
    SslPtr ssl_;
    unsigned long error_code_ = 0;
    int system_error_ = 0;
};

}  // namespace assay::net
