#include "certs/ek_certificate.hpp"

#include "base/encoding.hpp"
#include "base/reader.hpp"
#include "base/text.hpp"
#include "certs/certificate_text.hpp"
#include "evidence/limits.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, Releaser<&GENERAL_NAMES_free>>;
using AccessPtr = std::unique_ptr<AUTHORITY_INFO_ACCESS, Releaser<&AUTHORITY_INFO_ACCESS_free>>;
using UsagePtr = std::unique_ptr<EXTENDED_KEY_USAGE, Releaser<&EXTENDED_KEY_USAGE_free>>;

// TCG_PCCLIENT_STORED_CERT (PC Client Implementation Specification): tag 1001, type 00 (full), size; then
// TCG_FULL_CERT: tag 1002. The size counts that tag.
constexpr std::size_t nv_header_bytes = 7;
constexpr std::uint16_t stored_certificate_tag = 0x1001;
constexpr std::uint16_t full_certificate_tag = 0x1002;

constexpr std::string_view oid_tpm_manufacturer = "2.23.133.2.1";
constexpr std::string_view oid_tpm_model = "2.23.133.2.2";
constexpr std::string_view oid_tpm_version = "2.23.133.2.3";
constexpr std::string_view oid_ek_usage = "2.23.133.8.1";
constexpr std::size_t max_value_bytes = 64;
constexpr std::size_t max_url_bytes = 256;
constexpr int max_urls = 4;

std::string oid_text(const ASN1_OBJECT* object) {
    std::array<char, 80> text{};
    const int size = OBJ_obj2txt(text.data(), text.size(), object, 1);
    return size > 0 && static_cast<std::size_t>(size) < text.size() ? std::string(text.data()) : std::string();
}

std::string cleaned(const ASN1_STRING* value, std::size_t max_bytes) {
    const ByteView bytes(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
    return clean_text(bytes, max_bytes);
}

// DER's outer length: how many bytes the SEQUENCE at the beginning has. 0 when there is none.
std::size_t sequence_bytes(ByteView bytes) {
    if (bytes.size() < 2 || bytes[0] != 0x30) return 0;
    std::size_t header = 2;
    std::size_t size = bytes[1];
    if (size >= 0x80) {
        const std::size_t count = size & 0x7fU;
        if (count == 0 || count > 3 || bytes.size() < 2 + count) return 0;
        size = 0;
        for (std::size_t i = 0; i < count; ++i) size = size << 8U | bytes[2 + i];
        header += count;
    }
    return size <= bytes.size() - header ? header + size : 0;
}

ByteView without_nv_header(ByteView nv) {
    if (nv.size() < nv_header_bytes) return nv;
    Reader reader(nv);
    const bool stored = reader.u16be() == stored_certificate_tag;
    const bool full = reader.u8() == 0;
    const std::size_t size = reader.u16be();
    const bool tagged = reader.u16be() == full_certificate_tag;
    if (!stored || !full || !tagged || size < 2 || size - 2 > nv.size() - nv_header_bytes) return nv;
    return nv.subspan(nv_header_bytes);
}

std::string without_id(std::string text) {
    if (text.starts_with("id:")) text.erase(0, 3);
    return ascii_lower(text);
}

void read_tpm_names(const X509_NAME* name, EkCertificate& out) {
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
        const std::string oid = oid_text(X509_NAME_ENTRY_get_object(entry));
        const std::string value = cleaned(X509_NAME_ENTRY_get_data(entry), max_value_bytes);
        if (oid == oid_tpm_manufacturer) out.manufacturer = without_id(value);
        if (oid == oid_tpm_model) out.model = value;
        if (oid == oid_tpm_version) out.version = without_id(value);
    }
}

void read_extensions(const X509* certificate, EkCertificate& out) {
    const NamesPtr names{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))
    };
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DIRNAME) read_tpm_names(name->d.directoryName, out);
    }
    const AccessPtr access{
        static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr))
    };
    for (int i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()) && i < max_urls; ++i) {
        const ACCESS_DESCRIPTION* one = sk_ACCESS_DESCRIPTION_value(access.get(), i);
        if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers || one->location->type != GEN_URI) continue;
        out.ca_issuers.push_back(cleaned(one->location->d.uniformResourceIdentifier, max_url_bytes));
    }
    const UsagePtr usages{
        static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr))
    };
    for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        if (oid_text(sk_ASN1_OBJECT_value(usages.get(), i)) == oid_ek_usage) out.names_ek_usage = true;
    }
}

// The key's numbers. OpenSSL 3.0 does not decode an RSA key whose algorithm is id-RSAES-OAEP (RFC 4055), as older EK
// certificates have it: there the RSAPublicKey is read by itself.
Result<PublicKey> key_of(const X509* certificate) {
    X509_PUBKEY* holder = X509_get_X509_PUBKEY(certificate);
    ASN1_OBJECT* algorithm = nullptr;
    const unsigned char* bits = nullptr;
    int size = 0;
    if (X509_PUBKEY_get0_param(&algorithm, &bits, &size, nullptr, holder) != 1) {
        return fail(Errc::bad_encoding, "EK certificate", "holds no public key");
    }
    if (OBJ_obj2nid(algorithm) == NID_rsaesOaep) {
        const unsigned char* at = bits;
        const PkeyPtr key{d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size)};
        if (!key || at != bits + size) {
            ERR_clear_error();
            return fail(Errc::bad_encoding, "EK certificate", "its id-RSAES-OAEP key is no RSAPublicKey");
        }
        unsigned char* der = nullptr;
        const int der_size = i2d_PUBKEY(key.get(), &der);
        if (der_size <= 0) return fail(Errc::bad_encoding, "EK certificate", openssl_error());
        const Bytes spki(der, der + der_size);
        OPENSSL_free(der);
        return PublicKey::from_spki(spki);
    }
    unsigned char* der = nullptr;
    const int der_size = i2d_X509_PUBKEY(holder, &der);
    if (der_size <= 0) return fail(Errc::bad_encoding, "EK certificate", openssl_error());
    const Bytes spki(der, der + der_size);
    OPENSSL_free(der);
    return PublicKey::from_spki(spki);
}

}  // namespace

Result<Bytes> certificate_in_nv(ByteView nv) {
    if (nv.size() > limits::certificate_bytes) {
        return fail(Errc::limit_exceeded, "EK certificate", "longer than a certificate may be");
    }
    const ByteView body = without_nv_header(nv);
    const std::size_t size = sequence_bytes(body);
    if (size == 0) return fail(Errc::bad_encoding, "EK certificate", "is no DER SEQUENCE");
    const ByteView padding = body.subspan(size);
    if (std::ranges::any_of(padding, [padding](std::uint8_t b) { return b != padding[0]; })) {
        return fail(Errc::trailing_bytes, "EK certificate", "something that is no padding follows it");
    }
    return to_bytes(body.first(size));
}

Result<EkCertificate> read_ek_certificate(ByteView nv) {
    EkCertificate out;
    TRY(out.der, certificate_in_nv(nv));
    const unsigned char* at = out.der.data();
    const X509Ptr certificate{d2i_X509(nullptr, &at, static_cast<long>(out.der.size()))};
    if (!certificate || at != out.der.data() + out.der.size()) {
        return fail(Errc::bad_encoding, "EK certificate", "is no X.509 certificate: " + openssl_error());
    }
    TRY(const PublicKey key, key_of(certificate.get()));
    out.spki = key.spki();
    out.serial = serial_text(certificate.get());
    out.subject = name_text(X509_get_subject_name(certificate.get()));
    out.issuer = name_text(X509_get_issuer_name(certificate.get()));
    out.not_before = time_of(X509_get0_notBefore(certificate.get()));
    out.not_after = time_of(X509_get0_notAfter(certificate.get()));
    out.is_ca = (X509_get_extension_flags(certificate.get()) & EXFLAG_CA) != 0;
    read_extensions(certificate.get(), out);
    ERR_clear_error();  // an extension that cannot be decoded is as good as none here
    return out;
}

bool certifies(const EkCertificate& certificate, const PublicKey& ek) {
    return certificate.spki == ek.spki();
}

}  // namespace assay
