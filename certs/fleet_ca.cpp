#include "certs/fleet_ca.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "certs/certificate_text.hpp"
#include "certs/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <stdexcept>

namespace assay {
namespace {

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Releaser<&X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Releaser<&GENERAL_NAMES_free>>;
using NamePtr = std::unique_ptr<GENERAL_NAME, Releaser<&GENERAL_NAME_free>>;
using StringPtr = std::unique_ptr<ASN1_STRING, Releaser<&ASN1_STRING_free>>;

constexpr std::size_t max_common_name_bytes = 64;  // ub-common-name
constexpr std::size_t max_host_bytes = 253;
constexpr std::size_t max_names = 64;

void must(bool worked) {
    if (!worked) throw std::runtime_error("a certificate cannot be made: " + openssl_error());
}

PkeyPtr new_key() {
    PkeyPtr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    must(key != nullptr);
    return key;
}

std::string text_of(BIO* bio) {
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    return std::string(text, size > 0 ? static_cast<std::size_t>(size) : 0);
}

PemIdentity to_pem(X509* certificate, EVP_PKEY* key) {
    const BioPtr certificate_out{BIO_new(BIO_s_mem())};
    const BioPtr key_out{BIO_new(BIO_s_secmem())};
    must(certificate_out && key_out && PEM_write_bio_X509(certificate_out.get(), certificate) == 1);
    must(PEM_write_bio_PKCS8PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return {text_of(certificate_out.get()), text_of(key_out.get())};
}

Result<X509Ptr> certificate_from(std::string_view pem) {
    X509Ptr out{PEM_read_bio_X509(reading(as_bytes(pem)).get(), nullptr, nullptr, nullptr)};
    if (!out) return fail(Errc::bad_encoding, "certificate", "is no PEM certificate: " + openssl_error());
    return out;
}

void set_time(ASN1_TIME* target, UnixMillis at) {
    must(ASN1_TIME_adj(target, time_t{at.value / 1000}, 0, 0) != nullptr);
}

void set_name(X509_NAME* name, std::string_view common_name) {
    must(
        X509_NAME_add_entry_by_NID(
            name, NID_commonName, MBSTRING_UTF8, as_bytes(common_name).data(), static_cast<int>(common_name.size()), -1,
            0
        ) == 1
    );
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// Version 3, a serial number of 127 random bits, a key: what both kinds of certificate have.
X509Ptr new_certificate(EVP_PKEY* key, const Validity& validity) {
    X509Ptr out{X509_new()};
    std::array<std::uint8_t, 16> serial{};
    must(out && RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1);
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7fU) | 0x40U);
    const BnPtr number{BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr)};
    must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(out.get())) != nullptr);
    must(X509_set_version(out.get(), X509_VERSION_3) == 1 && X509_set_pubkey(out.get(), key) == 1);
    set_time(X509_getm_notBefore(out.get()), validity.not_before);
    set_time(X509_getm_notAfter(out.get()), validity.not_after);
    return out;
}

bool host_name(std::string_view text) {
    if (text.starts_with("*.")) text.remove_prefix(2);
    if (text.empty() || text.size() > max_host_bytes || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

NamePtr general_name(int type, ByteView value) {
    NamePtr out{GENERAL_NAME_new()};
    StringPtr text{type == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new()};
    must(out && text && ASN1_STRING_set(text.get(), value.data(), static_cast<int>(value.size())) == 1);
    GENERAL_NAME_set0_value(out.get(), type, text.release());
    return out;
}

// IPv4 or IPv6 as the certificate holds it, 4 or 16 bytes; empty for what is none.
Bytes address_bytes(const std::string& text) {
    const std::unique_ptr<ASN1_OCTET_STRING, Releaser<&ASN1_OCTET_STRING_free>> parsed{a2i_IPADDRESS(text.c_str())};
    ERR_clear_error();
    if (!parsed) return {};
    const ByteView bytes(
        ASN1_STRING_get0_data(parsed.get()), static_cast<std::size_t>(ASN1_STRING_length(parsed.get()))
    );
    return to_bytes(bytes);
}

Result<NamesPtr> alternative_names(const ServerNames& names) {
    NamesPtr out{GENERAL_NAMES_new()};
    must(out != nullptr);
    if (names.hosts.empty() && names.addresses.empty()) return fail(Errc::missing_field, "names", "no host or address");
    if (names.hosts.size() + names.addresses.size() > max_names) return fail(Errc::limit_exceeded, "names", "too many");
    for (const std::string& host : names.hosts) {
        if (!host_name(host)) return fail(Errc::bad_value, "names", "\"" + printable(host) + "\" is no host name");
        NamePtr one = general_name(GEN_DNS, as_bytes(host));
        must(sk_GENERAL_NAME_push(out.get(), one.release()) > 0);
    }
    for (const std::string& address : names.addresses) {
        const Bytes bytes = address_bytes(address);
        if (bytes.empty()) return fail(Errc::bad_value, "names", "\"" + printable(address) + "\" is no IP address");
        NamePtr one = general_name(GEN_IPADD, bytes);
        must(sk_GENERAL_NAME_push(out.get(), one.release()) > 0);
    }
    return out;
}

Result<void> check_validity(const Validity& validity) {
    if (validity.not_before >= validity.not_after) return fail(Errc::bad_value, "validity", "ends before it begins");
    return {};
}

Result<void> check_common_name(std::string_view name) {
    if (!name.empty() && name.size() <= max_common_name_bytes && printable(name) == name) return {};
    return fail(Errc::bad_value, "common_name", "is not 1 to 64 bytes of printable text");
}

// A leaf under `ca`, with a new key: what both kinds have. `own` adds the extensions of its kind.
Result<PemIdentity> issue(
    const PemIdentity& ca, std::string_view common_name, const Validity& validity,
    const std::function<void(X509*, X509*)>& own
) {
    TRY(const X509Ptr ca_certificate, certificate_from(ca.certificate));
    TRY(const PkeyPtr ca_key, private_key_from(ca.key, "ca.key"));
    if (X509_check_private_key(ca_certificate.get(), ca_key.get()) != 1 || X509_check_ca(ca_certificate.get()) != 1) {
        ERR_clear_error();
        return fail(Errc::mismatch, "ca", "the key is not the CA certificate's, or it is no CA");
    }
    const Validity cut{
        std::max(validity.not_before, time_of(X509_get0_notBefore(ca_certificate.get()))),
        std::min(validity.not_after, time_of(X509_get0_notAfter(ca_certificate.get())))
    };
    CHECK_OK(check_validity(cut));
    const PkeyPtr key = new_key();
    const X509Ptr certificate = new_certificate(key.get(), cut);
    set_name(X509_get_subject_name(certificate.get()), common_name.substr(0, max_common_name_bytes));
    must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca_certificate.get())) == 1);
    add_extension(certificate.get(), ca_certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    own(certificate.get(), ca_certificate.get());
    add_extension(certificate.get(), ca_certificate.get(), NID_subject_key_identifier, "hash");
    add_extension(certificate.get(), ca_certificate.get(), NID_authority_key_identifier, "keyid:always");
    must(X509_sign(certificate.get(), ca_key.get(), fetched_md(HashAlg::sha256)) > 0);
    return to_pem(certificate.get(), key.get());
}

}  // namespace

Result<PemIdentity> make_fleet_ca(std::string_view common_name, const Validity& validity) {
    CHECK_OK(check_validity(validity));
    CHECK_OK(check_common_name(common_name));
    const PkeyPtr key = new_key();
    const X509Ptr certificate = new_certificate(key.get(), validity);
    set_name(X509_get_subject_name(certificate.get()), common_name);
    set_name(X509_get_issuer_name(certificate.get()), common_name);
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    must(X509_sign(certificate.get(), key.get(), fetched_md(HashAlg::sha256)) > 0);
    return to_pem(certificate.get(), key.get());
}

Result<PemIdentity> make_server_certificate(const PemIdentity& ca, const ServerNames& names, const Validity& validity) {
    TRY(const NamesPtr alternatives, alternative_names(names));
    const auto own = [&alternatives](X509* certificate, X509* issuer) {
        add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature");
        add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth");
        must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, alternatives.get(), 0, X509V3_ADD_APPEND) == 1);
    };
    return issue(ca, names.hosts.empty() ? names.addresses.front() : names.hosts.front(), validity, own);
}

Result<PemIdentity> make_signing_certificate(
    const PemIdentity& ca, std::string_view common_name, const Validity& validity
) {
    CHECK_OK(check_common_name(common_name));
    return issue(ca, common_name, validity, [](X509* certificate, X509* issuer) {
        add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature,nonRepudiation");
        // What `openssl cms -verify` asks for, and no TLS server has.
        add_extension(certificate, issuer, NID_ext_key_usage, "emailProtection");
    });
}

Result<CertificateSummary> summarise_certificate(std::string_view certificate_pem) {
    TRY(const X509Ptr certificate, certificate_from(certificate_pem));
    CertificateSummary out;
    out.subject = name_text(X509_get_subject_name(certificate.get()));
    out.issuer = name_text(X509_get_issuer_name(certificate.get()));
    out.not_before = time_of(X509_get0_notBefore(certificate.get()));
    out.not_after = time_of(X509_get0_notAfter(certificate.get()));
    out.sha256 = to_hex(sha256(der_of(certificate.get())));
    const NamesPtr names{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr))
    };
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const auto* value =
            static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
        if (type != GEN_DNS && type != GEN_IPADD) continue;
        const ByteView bytes(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
        if (type == GEN_DNS) out.names.hosts.push_back(clean_text(bytes, max_host_bytes));
        if (type == GEN_IPADD) out.names.addresses.push_back(address_text(bytes));
    }
    return out;
}

Result<PemIdentity> renew_server_certificate(
    const PemIdentity& ca, std::string_view certificate_pem, const Validity& validity
) {
    TRY(const CertificateSummary old, summarise_certificate(certificate_pem));
    return make_server_certificate(ca, old.names, validity);
}

}  // namespace assay
