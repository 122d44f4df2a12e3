#include "tests/support/test_ca.hpp"

#include "base/crypto/openssl.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace assay::test {
namespace {

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Releaser<&X509_EXTENSION_free>>;

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("test CA: ") + what + ": " + openssl_error());
}

PkeyPtr make_key() {
    PkeyPtr key(EVP_EC_gen("P-256"));
    require(key != nullptr, "key");
    return key;
}

std::string pem_text(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM");
    return pem_text(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM");
    return pem_text(bio.get());
}

void set_name(X509_NAME* name, const std::string& common_name) {
    require(
        X509_NAME_add_entry_by_NID(
            name, NID_commonName, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
            static_cast<int>(common_name.size()), -1, 0
        ) == 1,
        "name"
    );
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

X509Ptr start_certificate(EVP_PKEY* key, const std::string& common_name, long not_before, long not_after) {
    X509Ptr certificate(X509_new());
    std::array<std::uint8_t, 16> serial{};
    require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "serial");
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3fU) | 0x40U);
    const BnPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    require(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr, "serial");
    require(X509_set_version(certificate.get(), X509_VERSION_3) == 1, "version");
    require(X509_set_pubkey(certificate.get(), key) == 1, "key");
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), not_before);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), not_after);
    set_name(X509_get_subject_name(certificate.get()), common_name);
    return certificate;
}

}  // namespace

struct TestCa::State {
    PkeyPtr key;
    X509Ptr certificate;
};

TestCa::TestCa(const std::string& common_name) : state_(std::make_unique<State>()) {
    constexpr long day = 86'400;
    state_->key = make_key();
    state_->certificate = start_certificate(state_->key.get(), common_name, -3'650 * day, 3'650 * day);
    X509* certificate = state_->certificate.get();
    require(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1, "issuer");
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    require(X509_sign(certificate, state_->key.get(), EVP_sha256()) > 0, "signature");
    certificate_pem_ = pem_of(certificate);
}

TestCa::TestCa(TestCa&&) noexcept = default;
TestCa& TestCa::operator=(TestCa&&) noexcept = default;
TestCa::~TestCa() = default;

Leaf TestCa::issue(const LeafSpec& spec) const {
    const PkeyPtr key = make_key();
    const X509Ptr certificate =
        start_certificate(key.get(), spec.common_name, spec.not_before.count(), spec.not_after.count());
    X509* issuer = state_->certificate.get();
    require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1, "issuer");
    add_extension(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), issuer, NID_ext_key_usage, spec.for_client ? "clientAuth" : "serverAuth");
    add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid:always");
    std::string names;
    for (const std::string& dns : spec.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + dns;
    for (const std::string& address : spec.addresses) names += (names.empty() ? "IP:" : ",IP:") + address;
    if (!names.empty()) add_extension(certificate.get(), issuer, NID_subject_alt_name, names);
    require(X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) > 0, "signature");
    return {pem_of(certificate.get()), pem_of(key.get())};
}

Leaf TestCa::localhost() const {
    LeafSpec spec;
    spec.common_name = "localhost";
    spec.dns_names = {"localhost"};
    spec.addresses = {"127.0.0.1", "::1"};
    return issue(spec);
}

}  // namespace assay::test
