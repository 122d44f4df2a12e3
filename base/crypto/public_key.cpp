#include "base/crypto/public_key.hpp"

#include "base/crypto/openssl.hpp"
#include "base/crypto/public_key_handle.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace assay {
namespace {

using ParamBldPtr = std::unique_ptr<OSSL_PARAM_BLD, Releaser<&OSSL_PARAM_BLD_free>>;
using ParamPtr = std::unique_ptr<OSSL_PARAM, Releaser<&OSSL_PARAM_free>>;
using EcdsaSigPtr = std::unique_ptr<ECDSA_SIG, Releaser<&ECDSA_SIG_free>>;

const char* group_name(Curve curve) {
    switch (curve) {
        case Curve::p256: return "prime256v1";
        case Curve::p384: return "secp384r1";
        case Curve::p521: return "secp521r1";
    }
    return "";
}

Result<PkeyPtr> key_from(const char* type, OSSL_PARAM_BLD* build) {
    const ParamPtr params{OSSL_PARAM_BLD_to_param(build)};
    const PkeyCtxPtr context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return fail(Errc::bad_value, "public key", openssl_error());
    }
    return PkeyPtr(key);
}

bool on_allow_list(EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA")) {
        const int bits = EVP_PKEY_get_bits(key);
        return bits >= 2048 && bits <= 4096;
    }
    if (!EVP_PKEY_is_a(key, "EC")) return false;
    char group[64] = {};
    if (EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1) return false;
    const std::string_view name = group;
    return name == "prime256v1" || name == "secp384r1" || name == "secp521r1";
}

Bytes left_padded(ByteView value, std::size_t size) {
    Bytes out(size > value.size() ? size - value.size() : 0, 0);
    out.insert(out.end(), value.begin(), value.end());
    return out;
}

bool verify_in(EVP_PKEY_CTX* context, const Digest& digest, ByteView signature) {
    const ByteView hashed = digest.bytes();
    const int verdict = EVP_PKEY_verify(context, signature.data(), signature.size(), hashed.data(), hashed.size());
    ERR_clear_error();
    return verdict == 1;
}

// A context that can verify; setting one up fetches the algorithm, which takes locks that all threads share.
PkeyCtxPtr verifying(EVP_PKEY* key) {
    PkeyCtxPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    if (!context || EVP_PKEY_verify_init(context.get()) != 1) {
        throw std::runtime_error("a signature check cannot be set up: " + openssl_error());
    }
    return context;
}

}  // namespace

std::string openssl_error() {
    char text[256] = "unknown OpenSSL error";
    if (const unsigned long code = ERR_peek_last_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return text;
}

std::size_t coordinate_size(Curve curve) {
    switch (curve) {
        case Curve::p256: return 32;
        case Curve::p384: return 48;
        case Curve::p521: return 66;
    }
    return 0;
}

PublicKey::PublicKey(std::unique_ptr<Handle> handle, Bytes spki) : handle_(std::move(handle)), spki_(std::move(spki)) {}
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

Result<PublicKey> PublicKey::adopt(std::unique_ptr<Handle> handle) {
    EVP_PKEY* key = handle->key.get();
    if (!on_allow_list(key))
        return fail(Errc::unknown_algorithm, "public key", "not P-256, P-384, P-521 or RSA 2048-4096");
    const PkeyCtxPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    if (!context || EVP_PKEY_public_check(context.get()) != 1) {
        return fail(Errc::bad_value, "public key", "not a valid key: " + openssl_error());
    }
    // One encoding for each key, however it came: X.509 also allows compressed points and explicit curve parameters.
    if (EVP_PKEY_is_a(key, "EC") &&
        (EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") != 1 ||
         EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "named_curve") != 1)) {
        return fail(Errc::bad_value, "public key", openssl_error());
    }
    if (EVP_PKEY_is_a(key, "EC")) handle->ecdsa = verifying(key);
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    if (size <= 0) return fail(Errc::bad_value, "public key", openssl_error());
    const Bytes spki(der, der + size);
    OPENSSL_free(der);
    return PublicKey(std::move(handle), spki);
}

Result<PublicKey> PublicKey::ec(Curve curve, ByteView x, ByteView y) {
    const std::size_t size = coordinate_size(curve);
    if (size == 0) return fail(Errc::unknown_algorithm, "curve", "not P-256, P-384 or P-521");
    if (x.size() > size || y.size() > size)
        return fail(Errc::limit_exceeded, "point", "a coordinate is longer than the curve");
    Bytes point{4};
    const Bytes left = left_padded(x, size);
    const Bytes right = left_padded(y, size);
    point.insert(point.end(), left.begin(), left.end());
    point.insert(point.end(), right.begin(), right.end());
    const ParamBldPtr build{OSSL_PARAM_BLD_new()};
    if (!build || OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, group_name(curve), 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        throw std::runtime_error("out of memory while building a key");
    }
    TRY(PkeyPtr key, key_from("EC", build.get()));
    return adopt(std::make_unique<Handle>(std::move(key)));
}

Result<PublicKey> PublicKey::rsa(ByteView modulus, std::uint32_t exponent) {
    if (modulus.size() < 256 || modulus.size() > 512 || modulus.front() < 0x80) {
        return fail(Errc::bad_value, "modulus", "not an RSA modulus of 2048 to 4096 bits");
    }
    const BnPtr n{BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr)};
    const BnPtr e{BN_new()};
    const ParamBldPtr build{OSSL_PARAM_BLD_new()};
    if (!n || !e || !build || BN_set_word(e.get(), exponent) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        throw std::runtime_error("out of memory while building a key");
    }
    TRY(PkeyPtr key, key_from("RSA", build.get()));
    return adopt(std::make_unique<Handle>(std::move(key)));
}

Result<PublicKey> PublicKey::from_spki(ByteView der) {
    const unsigned char* at = der.data();
    PkeyPtr key{d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size()))};
    if (!key) return fail(Errc::bad_encoding, "SubjectPublicKeyInfo", openssl_error());
    if (at != der.data() + der.size()) return fail(Errc::trailing_bytes, "SubjectPublicKeyInfo", "bytes after the key");
    return adopt(std::make_unique<Handle>(std::move(key)));
}

bool PublicKey::verify_ecdsa(const Digest& digest, ByteView r, ByteView s) const {
    if (!handle_->ecdsa) return false;
    const std::size_t size = static_cast<std::size_t>((EVP_PKEY_get_bits(handle_->key.get()) + 7) / 8);
    if (r.empty() || s.empty() || r.size() > size || s.size() > size) return false;
    const EcdsaSigPtr signature{ECDSA_SIG_new()};
    BnPtr rn{BN_bin2bn(r.data(), static_cast<int>(r.size()), nullptr)};
    BnPtr sn{BN_bin2bn(s.data(), static_cast<int>(s.size()), nullptr)};
    if (!signature || !rn || !sn || ECDSA_SIG_set0(signature.get(), rn.release(), sn.release()) != 1) return false;
    unsigned char* der = nullptr;
    const int der_size = i2d_ECDSA_SIG(signature.get(), &der);
    if (der_size <= 0) return false;
    const Bytes encoded(der, der + der_size);
    OPENSSL_free(der);
    return verify_encoded(digest, encoded);
}

bool PublicKey::verify_encoded(const Digest& digest, ByteView signature) const {
    if (!handle_->ecdsa) return verify_rsassa(digest, signature);
    const PkeyCtxPtr context{EVP_PKEY_CTX_dup(handle_->ecdsa.get())};
    if (!context) throw std::runtime_error("a signature check cannot be set up: " + openssl_error());
    return verify_in(context.get(), digest, signature);
}

bool PublicKey::verify_rsassa(const Digest& digest, ByteView signature) const {
    EVP_PKEY* key = handle_->key.get();
    if (!EVP_PKEY_is_a(key, "RSA")) return false;
    const PkeyCtxPtr context = verifying(key);
    if (EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), fetched_md(digest.alg())) != 1) {
        throw std::runtime_error("a signature check cannot be set up: " + openssl_error());
    }
    return verify_in(context.get(), digest, signature);
}

}  // namespace assay
