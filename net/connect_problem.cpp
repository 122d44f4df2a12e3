#include "net/connect_problem.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace assay::net {
namespace {

std::string expected_name(const ClientConfig& config) {
    return config.server_name.empty() ? config.url.host : config.server_name;
}

Errc code_of(ConnectFailure failure) {
    switch (failure) {
        case ConnectFailure::name_not_found: return Errc::not_found;
        case ConnectFailure::timed_out: return Errc::timed_out;
        case ConnectFailure::closed: return Errc::gone;
        case ConnectFailure::refused:
        case ConnectFailure::unreachable:
        case ConnectFailure::other: return Errc::io_error;
        case ConnectFailure::not_tls:
        case ConnectFailure::no_tls13: return Errc::unsupported;
        case ConnectFailure::untrusted_issuer:
        case ConnectFailure::wrong_host:
        case ConnectFailure::expired:
        case ConnectFailure::not_yet_valid:
        case ConnectFailure::bad_certificate: return Errc::denied;
    }
    return Errc::io_error;
}

ConnectProblem make_problem(ConnectFailure failure, const Url& url, std::string what) {
    ConnectProblem problem;
    problem.failure = failure;
    problem.error = {code_of(failure), url.authority(), std::move(what)};
    return problem;
}

ConnectFailure failure_of_refusal(int code) {
    switch (code) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return ConnectFailure::expired;
        case X509_V_ERR_CERT_NOT_YET_VALID: return ConnectFailure::not_yet_valid;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return ConnectFailure::wrong_host;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_CERT_UNTRUSTED: return ConnectFailure::untrusted_issuer;
        default: return ConnectFailure::bad_certificate;
    }
}

std::string sentence(ConnectFailure failure, const ConnectProblem& seen, const ClientConfig& config, int code) {
    switch (failure) {
        case ConnectFailure::expired:
            return "the certificate ended at " + to_rfc3339(*seen.not_after) + ", this machine's clock says " +
                   to_rfc3339(config.clock());
        case ConnectFailure::not_yet_valid:
            return "the certificate begins at " + to_rfc3339(*seen.not_before) + ", this machine's clock says " +
                   to_rfc3339(config.clock());
        case ConnectFailure::wrong_host:
            return "the certificate (" + seen.subject + ") is not for the name " + expected_name(config);
        case ConnectFailure::untrusted_issuer:
            return "the certificate (" + seen.subject + ") was issued by (" + seen.issuer +
                   "), not by the configured CA: another CA, or something on the way that intercepts TLS";
        default: return std::string("the certificate was refused: ") + X509_verify_cert_error_string(code);
    }
}

}  // namespace

std::string_view word(ConnectFailure failure) {
    switch (failure) {
        case ConnectFailure::name_not_found: return "name_not_found";
        case ConnectFailure::refused: return "refused";
        case ConnectFailure::unreachable: return "unreachable";
        case ConnectFailure::timed_out: return "timed_out";
        case ConnectFailure::closed: return "closed";
        case ConnectFailure::not_tls: return "not_tls";
        case ConnectFailure::no_tls13: return "no_tls13";
        case ConnectFailure::untrusted_issuer: return "untrusted_issuer";
        case ConnectFailure::wrong_host: return "wrong_host";
        case ConnectFailure::expired: return "expired";
        case ConnectFailure::not_yet_valid: return "not_yet_valid";
        case ConnectFailure::bad_certificate: return "bad_certificate";
        case ConnectFailure::other: return "other";
    }
    return "other";
}

ConnectProblem problem_of(const DialFailure& failure, const Url& url) {
    const bool resolving = failure.failure == ConnectFailure::name_not_found;
    return make_problem(failure.failure, url, (resolving ? "the name cannot be resolved: " : "") + failure.what);
}

ConnectProblem handshake_timeout(const Url& url) {
    return make_problem(ConnectFailure::timed_out, url, "the TLS handshake was not finished in time");
}

ConnectProblem problem_of(const TlsStream& stream, TlsStatus status, const ClientConfig& config) {
    if (const X509* seen = stream.refused_certificate(); seen != nullptr) {
        const ConnectFailure failure = failure_of_refusal(stream.refusal());
        ConnectProblem problem = make_problem(failure, config.url, "");
        problem.subject = subject_of(seen);
        problem.issuer = issuer_of(seen);
        problem.not_before = not_before_of(seen);
        problem.not_after = not_after_of(seen);
        problem.error.what = sentence(failure, problem, config, stream.refusal());
        return problem;
    }
    if (status == TlsStatus::closed) {
        return make_problem(ConnectFailure::closed, config.url, "closed during the TLS handshake: " + stream.error());
    }
    switch (ERR_GET_REASON(stream.error_code())) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
            return make_problem(ConnectFailure::not_tls, config.url, "what answers there does not speak TLS");
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return make_problem(ConnectFailure::no_tls13, config.url, "what answers there does not speak TLS 1.3");
        default: return make_problem(ConnectFailure::other, config.url, "the TLS handshake failed: " + stream.error());
    }
}

bool wants_client_certificate(unsigned long error_code) {
    if (ERR_GET_LIB(error_code) != ERR_LIB_SSL) return false;
    switch (ERR_GET_REASON(error_code)) {
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return true;
        default: return false;
    }
}

}  // namespace assay::net
