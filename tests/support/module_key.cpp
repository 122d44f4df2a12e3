#include "tests/support/module_key.hpp"

#include "base/crypto/openssl.hpp"
#include "base/encoding.hpp"
#include "base/writer.hpp"

#include <openssl/cms.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace assay::test {
namespace {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, Releaser<&CMS_ContentInfo_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Releaser<&X509_EXTENSION_free>>;

void need(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("module key: ") + what + ": " + openssl_error());
}

std::string hex_of(const ASN1_STRING* value) {
    return to_hex(ByteView(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))));
}

}  // namespace

struct ModuleKey::State {
    PkeyPtr key{EVP_EC_gen("P-256")};
    X509Ptr certificate{X509_new()};
};

ModuleKey::ModuleKey(const std::string& common_name) : state_(std::make_unique<State>()) {
    X509* const certificate = state_->certificate.get();
    need(X509_set_version(certificate, 2) == 1, "version");
    constexpr std::uint64_t number = 0xf0a1b2c3d4;
    const BnPtr serial{BN_new()};
    need(serial && BN_set_word(serial.get(), number) == 1, "serial");
    need(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr, "serial");
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
    X509_NAME* const name = X509_get_subject_name(certificate);
    need(
        X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_UTF8, as_bytes(common_name).data(), static_cast<int>(common_name.size()), -1, 0
        ) == 1,
        "name"
    );
    need(X509_set_issuer_name(certificate, name) == 1, "issuer");
    need(X509_set_pubkey(certificate, state_->key.get()) == 1, "key");
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPtr id{X509V3_EXT_conf_nid(nullptr, &context, NID_subject_key_identifier, "hash")};
    need(id && X509_add_ext(certificate, id.get(), -1) == 1, "key identifier");
    need(X509_sign(certificate, state_->key.get(), EVP_sha256()) > 0, "signature");
}

ModuleKey::~ModuleKey() = default;

Bytes ModuleKey::signature(std::string_view module, const char* digest, bool by_key_id) const {
    const unsigned flags = CMS_NOCERTS | CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_STREAM;
    const BioPtr data{BIO_new_mem_buf(module.data(), static_cast<int>(module.size()))};
    const CmsPtr cms{CMS_sign(nullptr, nullptr, nullptr, nullptr, flags)};
    need(data && cms, "CMS");
    const unsigned how = CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | CMS_NOATTR | (by_key_id ? CMS_USE_KEYID : 0U);
    need(
        CMS_add1_signer(cms.get(), state_->certificate.get(), state_->key.get(), EVP_get_digestbyname(digest), how) !=
            nullptr,
        "signer"
    );
    need(CMS_final(cms.get(), data.get(), nullptr, CMS_NOCERTS | CMS_BINARY) == 1, "final");
    unsigned char* der = nullptr;
    const int size = i2d_CMS_ContentInfo(cms.get(), &der);
    need(size > 0, "DER");
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

std::string ModuleKey::signed_module(std::string_view module) const {
    return with_signature(module, signature(module));
}

std::string ModuleKey::serial() const {
    return hex_of(X509_get0_serialNumber(state_->certificate.get()));
}

std::string ModuleKey::key_id() const {
    return hex_of(X509_get0_subject_key_id(state_->certificate.get()));
}

std::string with_signature(std::string_view module, ByteView signature, std::uint8_t id_type) {
    Writer structure;
    structure.u8(0).u8(0).u8(id_type).u8(0).u8(0).raw(Bytes(3, 0)).u32be(static_cast<std::uint32_t>(signature.size()));
    return std::string(module) + to_text(signature) + to_text(structure.bytes()) + "~Module signature appended~\n";
}

}  // namespace assay::test
