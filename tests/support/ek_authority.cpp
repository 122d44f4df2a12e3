#include "tests/support/ek_authority.hpp"

#include "base/crypto/openssl.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace assay::test {
namespace {

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Releaser<&X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Releaser<&GENERAL_NAMES_free>>;
using NamePtr = std::unique_ptr<X509_NAME, Releaser<&X509_NAME_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, Releaser<&ASN1_OBJECT_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, Releaser<&ASN1_OCTET_STRING_free>>;

constexpr UnixMillis begin{1'500'000'000'000};
constexpr UnixMillis end{4'000'000'000'000};

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("EK authority: ") + what + ": " + openssl_error());
}

Bytes der_of(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    require(size > 0, "DER");
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

void add_text(X509_NAME* name, const char* field, const std::string& value) {
    const ObjectPtr object{OBJ_txt2obj(field, 0)};
    const ByteView bytes = as_bytes(value);
    require(
        X509_NAME_add_entry_by_OBJ(
            name, object.get(), MBSTRING_UTF8, bytes.data(), static_cast<int>(bytes.size()), -1, 0
        ) == 1,
        field
    );
}

void add_extension(X509* certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, nullptr, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

void add_raw_critical(X509* certificate, const char* oid) {
    static constexpr std::uint8_t empty_sequence[] = {0x30, 0x00};
    const ObjectPtr object{OBJ_txt2obj(oid, 1)};
    const OctetsPtr value{ASN1_OCTET_STRING_new()};
    require(ASN1_OCTET_STRING_set(value.get(), empty_sequence, sizeof empty_sequence) == 1, oid);
    const ExtensionPtr extension{X509_EXTENSION_create_by_OBJ(nullptr, object.get(), 1, value.get())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, oid);
}

X509Ptr blank(EVP_PKEY* key, long serial, UnixMillis from, UnixMillis until) {
    X509Ptr out{X509_new()};
    require(out && X509_set_version(out.get(), X509_VERSION_3) == 1 && X509_set_pubkey(out.get(), key) == 1, "X509");
    require(ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial) == 1, "serial");
    require(ASN1_TIME_set(X509_getm_notBefore(out.get()), from.value / 1000) != nullptr, "time");
    require(ASN1_TIME_set(X509_getm_notAfter(out.get()), until.value / 1000) != nullptr, "time");
    return out;
}

// The same RSAPublicKey under id-RSAES-OAEP with default parameters (RFC 4055).
void name_key_rsaes_oaep(X509* certificate) {
    X509_PUBKEY* holder = X509_get_X509_PUBKEY(certificate);
    const unsigned char* bits = nullptr;
    int size = 0;
    require(X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, holder) == 1, "RSAPublicKey");
    void* copy = OPENSSL_memdup(bits, static_cast<std::size_t>(size));
    require(
        X509_PUBKEY_set0_param(
            holder, OBJ_nid2obj(NID_rsaesOaep), V_ASN1_NULL, nullptr, static_cast<unsigned char*>(copy), size
        ) == 1,
        "id-RSAES-OAEP"
    );
}

struct CaSpec {
    std::string name;
    long serial;
    UnixMillis until;
    std::string constraints;
    bool critical_directory_attributes = false;
};

X509Ptr ca(const CaSpec& spec, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    X509Ptr out = blank(key, spec.serial, begin, spec.until);
    add_text(X509_get_subject_name(out.get()), "CN", spec.name);
    X509* signer = issuer != nullptr ? issuer : out.get();
    require(X509_set_issuer_name(out.get(), X509_get_subject_name(signer)) == 1, "issuer");
    add_extension(out.get(), NID_basic_constraints, spec.constraints);
    add_extension(out.get(), NID_key_usage, "critical,keyCertSign");
    if (spec.critical_directory_attributes) add_raw_critical(out.get(), "2.5.29.9");
    require(X509_sign(out.get(), issuer_key, fetched_md(HashAlg::sha256)) > 0, "signature");
    return out;
}

// subjectAltName with a directoryName of the TPM's maker, model and version; critical, as an empty subject asks for.
void add_tpm_names(X509* certificate, const EkCertificateSpec& spec) {
    NamePtr name{X509_NAME_new()};
    add_text(name.get(), "2.23.133.2.1", spec.manufacturer);
    add_text(name.get(), "2.23.133.2.2", spec.model);
    add_text(name.get(), "2.23.133.2.3", spec.version);
    const NamesPtr names{GENERAL_NAMES_new()};
    GENERAL_NAME* general = GENERAL_NAME_new();
    require(names && general && sk_GENERAL_NAME_push(names.get(), general) > 0, "names");
    GENERAL_NAME_set0_value(general, GEN_DIRNAME, name.release());
    require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 1, X509V3_ADD_APPEND) == 1, "SAN");
}

}  // namespace

struct EkAuthority::State {
    PkeyPtr root_key;
    PkeyPtr key;
    X509Ptr intermediate;
    mutable long serial = 100;
};

EkAuthority::EkAuthority(const std::string& name, const EkAuthoritySpec& spec) : state_(std::make_unique<State>()) {
    state_->root_key.reset(EVP_EC_gen("P-256"));
    state_->key.reset(EVP_EC_gen("P-256"));
    require(state_->root_key && state_->key, "keys");
    EVP_PKEY* root_key = state_->root_key.get();
    const X509Ptr root = ca({name + " root", 1, end, spec.root_constraints, false}, root_key, nullptr, root_key);
    const CaSpec below{
        name + " intermediate", 2, spec.intermediate_until, spec.intermediate_constraints,
        spec.critical_directory_attributes
    };
    state_->intermediate = ca(below, state_->key.get(), root.get(), root_key);
    root_ = der_of(root.get());
    intermediate_ = der_of(state_->intermediate.get());
}
EkAuthority::EkAuthority(EkAuthority&&) noexcept = default;
EkAuthority& EkAuthority::operator=(EkAuthority&&) noexcept = default;
EkAuthority::~EkAuthority() = default;

Bytes EkAuthority::issue(ByteView spki, const EkCertificateSpec& spec) const {
    const unsigned char* at = spki.data();
    const PkeyPtr key{d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size()))};
    require(key != nullptr, "SubjectPublicKeyInfo");
    const X509Ptr out = blank(key.get(), state_->serial++, spec.not_before, spec.not_after);
    if (spec.rsaes_oaep) name_key_rsaes_oaep(out.get());
    if (!spec.subject.empty()) add_text(X509_get_subject_name(out.get()), "CN", spec.subject);
    require(X509_set_issuer_name(out.get(), X509_get_subject_name(state_->intermediate.get())) == 1, "issuer");
    add_extension(out.get(), NID_basic_constraints, spec.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!spec.key_usage.empty()) add_extension(out.get(), NID_key_usage, spec.key_usage);
    if (!spec.extended_usage.empty()) add_extension(out.get(), NID_ext_key_usage, spec.extended_usage);
    if (!spec.ca_issuers.empty()) add_extension(out.get(), NID_info_access, "caIssuers;URI:" + spec.ca_issuers);
    add_tpm_names(out.get(), spec);
    if (spec.critical_directory_attributes) add_raw_critical(out.get(), "2.5.29.9");
    if (spec.critical_unknown) add_raw_critical(out.get(), "1.3.6.1.4.1.55555.1");
    require(
        X509_sign(out.get(), state_->key.get(), fetched_md(spec.sha1 ? HashAlg::sha1 : HashAlg::sha256)) > 0,
        "signature"
    );
    return der_of(out.get());
}

std::string pem(ByteView der) {
    const unsigned char* at = der.data();
    const X509Ptr certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
    const BioPtr out{BIO_new(BIO_s_mem())};
    require(certificate && out && PEM_write_bio_X509(out.get(), certificate.get()) == 1, "PEM");
    const char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace assay::test
