#include "net/tls_context.hpp"

#include "base/text.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace assay::net {
namespace {

using CipherPtr = std::unique_ptr<EVP_CIPHER, Releaser<&EVP_CIPHER_free>>;

constexpr std::size_t max_pem_certificates = 256;
constexpr std::size_t max_name_bytes = 256;

int refuse_password(char*, int, int, void*) {
    return -1;  // an encrypted key is an error, never a prompt
}

BioPtr reader_of(std::string_view text) {
    BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (!bio) throw std::bad_alloc();
    return bio;
}

Result<std::vector<X509Ptr>> read_certificates(std::string_view pem, const std::string& where) {
    const BioPtr bio = reader_of(pem);
    std::vector<X509Ptr> certificates;
    ERR_clear_error();
    while (X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, &refuse_password, nullptr)}) {
        certificates.push_back(std::move(certificate));
        if (certificates.size() > max_pem_certificates)
            return fail(Errc::limit_exceeded, where, "over 256 certificates");
    }
    // The normal end: no further start line.
    const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const std::string reason = openssl_error();
    if (!ended) return fail(Errc::bad_value, where, "is no PEM certificate: " + reason);
    if (certificates.empty()) return fail(Errc::bad_value, where, "holds no PEM certificate");
    return certificates;
}

Result<void> use_identity(SSL_CTX* context, std::string_view certificate_pem, std::string_view key_pem) {
    TRY(const auto chain, read_certificates(certificate_pem, "certificate"));
    const BioPtr bio = reader_of(key_pem);
    const PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &refuse_password, nullptr));
    if (!key) return fail(Errc::bad_value, "key", "is no unencrypted PEM private key: " + openssl_error());
    if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
        return fail(Errc::bad_value, "certificate", "cannot be used: " + openssl_error());
    }
    for (std::size_t i = 1; i < chain.size(); ++i) {
        if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
            return fail(Errc::bad_value, "certificate", "its chain cannot be used: " + openssl_error());
        }
    }
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
        return fail(Errc::bad_value, "key", "does not belong to the certificate: " + openssl_error());
    }
    return {};
}

Result<void> trust(SSL_CTX* context, std::string_view ca_pem, const std::string& where) {
    TRY(const auto anchors, read_certificates(ca_pem, where));
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    for (const X509Ptr& anchor : anchors) {
        if (X509_STORE_add_cert(store, anchor.get()) != 1) {
            return fail(Errc::bad_value, where, "cannot be used: " + openssl_error());
        }
    }
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return {};
}

SslCtxPtr make_context(const SSL_METHOD* method) {
    SslCtxPtr context(SSL_CTX_new(method));
    if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION) != 1) {
        throw std::runtime_error("no TLS 1.3: " + openssl_error());
    }
    // Buffers are given back while a connection is idle; writes may be taken in part and repeated from elsewhere.
    SSL_CTX_set_mode(
        context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    SSL_CTX_set_read_ahead(context.get(), 1);  // a record's header and body by one system call
    return context;
}

const EVP_CIPHER* ticket_cipher() {
    static const CipherPtr cipher{EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
    return cipher.get();
}

// SSL_CTX_set_tlsext_ticket_key_evp_cb: 1 use, 2 use and give a new ticket, 0 do not use, -1 fail.
int seal_or_open_ticket(
    SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing
) {
    auto* keys = static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const auto now = TicketKeys::Time::clock::now();
    TicketKey key{};
    if (sealing == 1) {
        key = keys->newest(now);
        std::copy(key.name.begin(), key.name.end(), name);
        if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(ticket_cipher())) != 1) return -1;
    } else {
        const auto found = keys->find({name, key.name.size()}, now);
        if (!found) return 0;
        key = *found;
    }
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()
    };
    const bool ready = EVP_CipherInit_ex(cipher, ticket_cipher(), nullptr, key.cipher.data(), iv, sealing) == 1 &&
                       EVP_MAC_CTX_set_params(mac, parameters) == 1;
    OPENSSL_cleanse(&key, sizeof key);
    if (!ready) return -1;
    return sealing == 1 ? 1 : 2;  // a ticket is for one use (RFC 8446 C.4): each resumed connection gets another
}

void set_tickets(SSL_CTX* context, TicketKeys* tickets) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, tickets == nullptr ? 0 : 1);
    if (tickets == nullptr) {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        return;
    }
    SSL_CTX_set_app_data(context, tickets);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &seal_or_open_ticket);
    SSL_CTX_set_timeout(context, tickets->lifetime().count());
}

std::string one_line(const X509_NAME* name) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return "";
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return clean_text(std::string_view(data, static_cast<std::size_t>(size)), max_name_bytes);
}

UnixMillis time_of(const ASN1_TIME* time) {
    std::tm fields{};
    if (ASN1_TIME_to_tm(time, &fields) != 1) return {};
    return {std::int64_t{timegm(&fields)} * 1000};
}

}  // namespace

Result<SslCtxPtr> make_server_context(const ServerTls& settings) {
    SslCtxPtr context = make_context(TLS_server_method());
    CHECK_OK(use_identity(context.get(), settings.certificate_pem, settings.key_pem));
    set_tickets(context.get(), settings.tickets);
    const std::array<std::uint8_t, 1> separator{};
    const Digest scope = hash(HashAlg::sha256, {as_bytes(settings.name), separator, as_bytes(settings.client_ca_pem)});
    SSL_CTX_set_session_id_context(context.get(), scope.bytes().data(), static_cast<unsigned>(scope.bytes().size()));
    if (!settings.client_ca_pem.empty()) {
        CHECK_OK(trust(context.get(), settings.client_ca_pem, "client_ca"));
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
}

Result<SslCtxPtr> make_client_context(const ClientTls& settings) {
    SslCtxPtr context = make_context(TLS_client_method());
    CHECK_OK(trust(context.get(), settings.ca_pem, "ca"));
    if (settings.certificate_pem.empty() != settings.key_pem.empty()) {
        return fail(Errc::bad_value, "certificate", "certificate and key come together or not at all");
    }
    if (!settings.certificate_pem.empty()) {
        CHECK_OK(use_identity(context.get(), settings.certificate_pem, settings.key_pem));
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    return context;
}

std::string subject_of(const X509* certificate) {
    return one_line(X509_get_subject_name(certificate));
}

std::string issuer_of(const X509* certificate) {
    return one_line(X509_get_issuer_name(certificate));
}

Bytes der_of(const X509* certificate) {
    const int size = i2d_X509(certificate, nullptr);
    if (size <= 0) throw std::runtime_error("a certificate cannot be encoded: " + openssl_error());
    Bytes der(static_cast<std::size_t>(size));
    unsigned char* out = der.data();
    i2d_X509(certificate, &out);
    return der;
}

UnixMillis not_before_of(const X509* certificate) {
    return time_of(X509_get0_notBefore(certificate));
}

UnixMillis not_after_of(const X509* certificate) {
    return time_of(X509_get0_notAfter(certificate));
}

}  // namespace assay::net
