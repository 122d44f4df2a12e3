#include "net/tls_stream.hpp"

#include "net/socket_bio.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

namespace assay::net {
namespace {

constexpr std::string_view exporter_label = "EXPORTER-Channel-Binding";  // RFC 9266

// The name or address that the certificate must carry, in its subjectAltName only.
bool expect_host(SSL* ssl, const std::string& host) {
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1) return true;
    ERR_clear_error();
    std::string name = host;
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
    );
    return X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace

TlsStream::TlsStream(SSL_CTX* context, int socket) : refusal_(std::make_unique<Refusal>()), ssl_(SSL_new(context)) {
    if (!ssl_) throw std::bad_alloc();
    BIO* const bio = make_socket_bio(socket).release();
    SSL_set_bio(ssl_.get(), bio, bio);  // takes it
}

TlsStream TlsStream::server(SSL_CTX* context, int socket) {
    TlsStream stream(context, socket);
    SSL_set_accept_state(stream.ssl_.get());
    return stream;
}

TlsStream TlsStream::client(
    SSL_CTX* context, int socket, const std::string& host, UnixMillis now, SSL_SESSION* session
) {
    TlsStream stream(context, socket);
    SSL* const ssl = stream.ssl_.get();
    SSL_set_connect_state(ssl);
    if (!expect_host(ssl, host)) throw std::runtime_error("the host to expect cannot be set: " + openssl_error());
    X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), now.value / 1000);
    SSL_set_app_data(ssl, stream.refusal_.get());
    SSL_set_verify(ssl, SSL_VERIFY_PEER, &TlsStream::on_verify);
    if (session != nullptr) SSL_set_session(ssl, session);
    return stream;
}

int TlsStream::on_verify(int ok, X509_STORE_CTX* context) {
    if (ok == 1) return 1;
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* refusal = static_cast<Refusal*>(SSL_get_app_data(ssl));
    refusal->code = X509_STORE_CTX_get_error(context);
    X509* leaf = X509_STORE_CTX_get0_cert(context);
    if (leaf != nullptr && X509_up_ref(leaf) == 1) refusal->certificate.reset(leaf);
    return 0;
}

TlsStatus TlsStream::status_of(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_NONE: return TlsStatus::done;
        case SSL_ERROR_WANT_READ: return TlsStatus::want_read;
        case SSL_ERROR_WANT_WRITE: return TlsStatus::want_write;
        case SSL_ERROR_ZERO_RETURN: return TlsStatus::closed;
        case SSL_ERROR_SYSCALL: system_error_ = errno; return TlsStatus::closed;
        default: break;
    }
    error_code_ = ERR_peek_error();
    if (ERR_GET_LIB(error_code_) == ERR_LIB_SSL && ERR_GET_REASON(error_code_) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return TlsStatus::closed;
    }
    return TlsStatus::failed;
}

TlsStatus TlsStream::handshake() {
    ERR_clear_error();
    errno = 0;
    return status_of(SSL_do_handshake(ssl_.get()));
}

TlsIo TlsStream::read(std::span<std::uint8_t> into) {
    ERR_clear_error();
    errno = 0;
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
    return {status_of(result), got};
}

TlsIo TlsStream::write(ByteView bytes) {
    ERR_clear_error();
    errno = 0;
    std::size_t taken = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken);
    return {status_of(result), taken};
}

bool TlsStream::has_buffered() const {
    return SSL_has_pending(ssl_.get()) == 1;
}

void TlsStream::close() {
    ERR_clear_error();
    const bool sound = SSL_is_init_finished(ssl_.get()) == 1 && error_code_ == 0;
    if (sound && (SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) == 0) SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

std::array<std::uint8_t, 32> TlsStream::exporter() {
    // A server can export before the client's Finished, and would then bind to a handshake that nobody finished.
    if (SSL_is_init_finished(ssl_.get()) != 1) throw std::logic_error("exporter before the handshake is complete");
    std::array<std::uint8_t, 32> out{};
    if (SSL_export_keying_material(
            ssl_.get(), out.data(), out.size(), exporter_label.data(), exporter_label.size(), nullptr, 0, 0
        ) != 1) {
        throw std::runtime_error("the TLS exporter failed: " + openssl_error());
    }
    return out;
}

bool TlsStream::resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

X509* TlsStream::peer_certificate() const {
    return SSL_get0_peer_certificate(ssl_.get());
}

std::string TlsStream::error() const {
    if (error_code_ != 0) {
        const char* const reason = ERR_reason_error_string(error_code_);
        return reason == nullptr ? "TLS failed" : reason;
    }
    return system_error_ != 0 ? std::strerror(system_error_) : "closed by the peer";
}

}  // namespace assay::net
