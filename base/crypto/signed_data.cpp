#include "base/crypto/signed_data.hpp"

#include "base/crypto/openssl.hpp"
#include "base/text.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <array>

namespace assay {
namespace {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, Releaser<&CMS_ContentInfo_free>>;

constexpr std::size_t name_bytes = 256;

Result<Bytes> id_bytes(const ASN1_STRING* value, const char* what) {
    const int size = ASN1_STRING_length(value);
    if (size <= 0) return fail(Errc::bad_encoding, what, "is empty");
    if (static_cast<std::size_t>(size) > signed_data_id_bytes) return fail(Errc::limit_exceeded, what, "is too long");
    const unsigned char* bytes = ASN1_STRING_get0_data(value);
    return Bytes(bytes, bytes + size);
}

std::string name_text(const X509_NAME* name) {
    constexpr unsigned long utf8 = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    const BioPtr out{BIO_new(BIO_s_mem())};
    if (!out || X509_NAME_print_ex(out.get(), name, 0, utf8) < 0) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return size <= 0 ? std::string() : clean_text(std::string_view(text, static_cast<std::size_t>(size)), name_bytes);
}

std::string digest_name(const X509_ALGOR* algorithm) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    if (const int nid = OBJ_obj2nid(object); nid != NID_undef) return ascii_lower(OBJ_nid2sn(nid));
    std::array<char, 128> digits{};
    constexpr int no_names = 1;
    const int size = OBJ_obj2txt(digits.data(), digits.size(), object, no_names);
    return size <= 0 ? std::string() : clean_text(std::string_view(digits.data()), name_bytes);
}

Result<NamedSigner> named_signer(CMS_SignerInfo* info) {
    NamedSigner out;
    ASN1_OCTET_STRING* key_id = nullptr;
    X509_NAME* issuer = nullptr;
    ASN1_INTEGER* serial = nullptr;
    if (CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial) != 1)
        return fail(Errc::bad_encoding, "signer", openssl_error());
    if (key_id != nullptr) {
        TRY(out.key_id, id_bytes(key_id, "key identifier"));
    }
    if (serial != nullptr) {
        TRY(out.serial, id_bytes(serial, "serial number"));
    }
    if (issuer != nullptr) out.issuer = name_text(issuer);
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(info, nullptr, nullptr, &digest, nullptr);
    if (digest != nullptr) out.digest = digest_name(digest);
    return out;
}

}  // namespace

Result<std::vector<NamedSigner>> named_signers(ByteView der) {
    if (der.size() > signed_data_bytes) return fail(Errc::limit_exceeded, "SignedData", "is too long");
    const unsigned char* at = der.data();
    const CmsPtr cms{d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size()))};
    if (!cms) return fail(Errc::bad_encoding, "SignedData", openssl_error());
    if (at != der.data() + der.size()) return fail(Errc::trailing_bytes, "SignedData", "bytes after it");
    STACK_OF(CMS_SignerInfo)* infos = CMS_get0_SignerInfos(cms.get());  // none: it is not signed
    const int count = infos == nullptr ? 0 : sk_CMS_SignerInfo_num(infos);
    ERR_clear_error();
    if (count <= 0) return fail(Errc::bad_encoding, "SignedData", "names no signer");
    if (static_cast<std::size_t>(count) > signed_data_signers)
        return fail(Errc::limit_exceeded, "SignedData", "names too many signers");
    std::vector<NamedSigner> out;
    for (int i = 0; i < count; ++i) {
        TRY(NamedSigner signer, named_signer(sk_CMS_SignerInfo_value(infos, i)));
        out.push_back(std::move(signer));
    }
    return out;
}

}  // namespace assay
