#include "tests/support/soft_tpm.hpp"

#include "base/crypto/openssl.hpp"
#include "base/reader.hpp"
#include "base/writer.hpp"
#include "certs/credential.hpp"
#include "evidence/tpm/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <stdexcept>

namespace assay::test {
namespace {

using SignaturePtr = std::unique_ptr<ECDSA_SIG, Releaser<&ECDSA_SIG_free>>;

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("software TPM: ") + what + ": " + openssl_error());
}

const char* curve_name(Curve curve) {
    switch (curve) {
        case Curve::p256: return "P-256";
        case Curve::p384: return "P-384";
        case Curve::p521: return "P-521";
    }
    return "";
}

Bytes number(EVP_PKEY* key, const char* parameter, std::size_t size) {
    BIGNUM* got = nullptr;
    require(EVP_PKEY_get_bn_param(key, parameter, &got) == 1, parameter);
    const BnPtr held{got};
    Bytes out(size);
    require(BN_bn2binpad(got, out.data(), static_cast<int>(size)) == static_cast<int>(size), parameter);
    return out;
}

// A new key of the area's kind, its public part put into `unique`.
PkeyPtr make_key(PublicArea& area) {
    PkeyPtr key;
    if (area.type == KeyType::rsa) {
        key.reset(EVP_RSA_gen(area.rsa_bits));
        require(key != nullptr, "RSA key");
        area.unique_x = number(key.get(), OSSL_PKEY_PARAM_RSA_N, area.rsa_bits / 8U);
        area.unique_y.clear();
    } else {
        key.reset(EVP_EC_gen(curve_name(area.curve)));
        require(key != nullptr, "EC key");
        area.unique_x = number(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, coordinate_size(area.curve));
        area.unique_y = number(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_size(area.curve));
    }
    return key;
}

PublicArea ek_area(std::string_view template_name) {
    for (const EkTemplate& one : ek_templates()) {
        if (one.name == template_name) return one.area;
    }
    throw std::runtime_error("no such EK template");
}

Bytes padded(const BIGNUM* value, std::size_t size) {
    Bytes out(size);
    require(BN_bn2binpad(value, out.data(), static_cast<int>(size)) == static_cast<int>(size), "number");
    return out;
}

}  // namespace

struct SoftAk::Key {
    PkeyPtr key;
};

SoftAk::SoftAk(AkKind kind) : SoftAk(ak_template(kind)) {}
SoftAk::SoftAk(const PublicArea& area) : area_(area), key_(std::make_unique<Key>()) {
    key_->key = make_key(area_);
}
SoftAk::SoftAk(SoftAk&&) noexcept = default;
SoftAk& SoftAk::operator=(SoftAk&&) noexcept = default;
SoftAk::~SoftAk() = default;

Bytes SoftAk::sign(ByteView message) const {
    const Digest digest = hash(area_.scheme_hash, message);
    const PkeyCtxPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, key_->key.get(), nullptr)};
    require(context && EVP_PKEY_sign_init(context.get()) == 1, "signing");
    if (area_.type == KeyType::rsa) {
        require(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1, "padding");
        require(EVP_PKEY_CTX_set_signature_md(context.get(), fetched_md(area_.scheme_hash)) == 1, "hash");
    }
    Bytes raw(1024);
    std::size_t size = raw.size();
    require(
        EVP_PKEY_sign(context.get(), raw.data(), &size, digest.bytes().data(), digest.bytes().size()) == 1, "signature"
    );
    raw.resize(size);
    TpmSignature out;
    out.scheme = *area_.scheme;
    out.hash = area_.scheme_hash;
    if (area_.type == KeyType::rsa) {
        out.rsa = raw;
        return encode_tpm_signature(out);
    }
    const unsigned char* at = raw.data();
    const SignaturePtr parts{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(raw.size()))};
    require(parts != nullptr, "ECDSA signature");
    out.r = padded(ECDSA_SIG_get0_r(parts.get()), coordinate_size(area_.curve));
    out.s = padded(ECDSA_SIG_get0_s(parts.get()), coordinate_size(area_.curve));
    return encode_tpm_signature(out);
}

Bytes SoftAk::malleable_twin(ByteView signature) const {
    TpmSignature out = decode_tpm_signature(signature).value();
    const std::unique_ptr<EC_GROUP, Releaser<&EC_GROUP_free>> group{
        EC_GROUP_new_by_curve_name(EC_curve_nist2nid(curve_name(area_.curve)))
    };
    const BnPtr s{BN_bin2bn(out.s.data(), static_cast<int>(out.s.size()), nullptr)};
    require(group && s && BN_sub(s.get(), EC_GROUP_get0_order(group.get()), s.get()) == 1, "twin");
    out.s = padded(s.get(), out.s.size());
    return encode_tpm_signature(out);
}

SignedQuote SoftAk::sign_attest(const QuoteAttest& attest) const {
    Bytes bytes = encode_quote_attest(attest);
    Bytes signature = sign(bytes);
    return {std::move(bytes), std::move(signature)};
}

SignedQuote SoftAk::quote(QuoteAttest attest, const PcrValues& values) const {
    attest.qualified_signer = endorsement_qualified_name(area_);
    attest.pcr_digest = to_bytes(pcr_digest(area_.scheme_hash, attest.selection, values).value().bytes());
    return sign_attest(attest);
}

SignedQuote SoftAk::quote(ByteView extra_data, const PcrSelection& selection, const PcrValues& values) const {
    QuoteAttest attest;
    attest.extra_data = to_bytes(extra_data);
    attest.selection = selection;
    attest.clock = {.clock_ms = 1'000'000, .reset_count = 7, .restart_count = 0, .safe = true};
    attest.firmware_version = 0x2024'0101'0000'0001;
    return quote(std::move(attest), values);
}

struct SoftEk::Key {
    PkeyPtr key;
};

SoftEk::SoftEk(std::string_view template_name) : area_(ek_area(template_name)), key_(std::make_unique<Key>()) {
    key_->key = make_key(area_);
    spki_ = public_key_of(area_).value().spki();
}
SoftEk::SoftEk(SoftEk&&) noexcept = default;
SoftEk& SoftEk::operator=(SoftEk&&) noexcept = default;
SoftEk::~SoftEk() = default;

// OpenSSL's own OAEP and ECDH: another way than certs/credential.cpp takes.
Bytes SoftEk::open_seed(ByteView encrypted) const {
    const PkeyCtxPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, key_->key.get(), nullptr)};
    Bytes out(1024);
    std::size_t size = out.size();
    if (area_.type == KeyType::rsa) {
        static constexpr char label[] = "IDENTITY";
        void* owned = OPENSSL_memdup(label, sizeof label);
        require(
            EVP_PKEY_decrypt_init(context.get()) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), fetched_md(area_.name_alg)) == 1 &&
                EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), fetched_md(area_.name_alg)) == 1 &&
                EVP_PKEY_CTX_set0_rsa_oaep_label(context.get(), owned, sizeof label) == 1,
            "OAEP"
        );
        if (EVP_PKEY_decrypt(context.get(), out.data(), &size, encrypted.data(), encrypted.size()) != 1) return {};
        out.resize(size);
        return out;
    }
    Reader reader(encrypted);
    const Bytes x = to_bytes(reader.sized16(66, "x"));
    const Bytes y = to_bytes(reader.sized16(66, "y"));
    if (!reader.finish("point")) return {};
    const PkeyPtr peer{EVP_PKEY_new()};
    Bytes point = Writer().u8(4).raw(x).raw(y).take();
    require(EVP_PKEY_copy_parameters(peer.get(), key_->key.get()) == 1, "curve");
    if (EVP_PKEY_set1_encoded_public_key(peer.get(), point.data(), point.size()) != 1) return {};
    require(
        EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
            EVP_PKEY_derive(context.get(), out.data(), &size) == 1,
        "ECDH"
    );
    out.resize(size);
    const auto bits = static_cast<std::uint32_t>(digest_size(area_.name_alg) * 8);
    return kdf_e(area_.name_alg, out, "IDENTITY", x, area_.unique_x, bits);
}

std::optional<Bytes> SoftEk::activate(const CredentialChallenge& challenge, ByteView ak_name) const {
    const Bytes seed = open_seed(challenge.secret);
    if (seed.empty()) return std::nullopt;
    Reader reader(challenge.credential_blob);
    const Bytes integrity = to_bytes(reader.sized16(64, "integrity"));
    const ByteView identity = reader.take(reader.left());
    const auto bits = static_cast<std::uint32_t>(digest_size(area_.name_alg) * 8);
    const Bytes integrity_key = kdf_a(area_.name_alg, seed, "INTEGRITY", {}, {}, bits);
    if (hmac(area_.name_alg, integrity_key, {identity, ak_name}) != integrity) return std::nullopt;

    const Bytes storage_key = kdf_a(area_.name_alg, seed, "STORAGE", ak_name, {}, area_.aes_key_bits);
    const CipherCtxPtr context{EVP_CIPHER_CTX_new()};
    const EVP_CIPHER* cipher = area_.aes_key_bits == 128 ? EVP_aes_128_cfb128() : EVP_aes_256_cfb128();
    const std::array<std::uint8_t, 16> iv{};
    Bytes plain(identity.size());
    int size = 0;
    require(
        EVP_DecryptInit_ex2(context.get(), cipher, storage_key.data(), iv.data(), nullptr) == 1 &&
            EVP_DecryptUpdate(context.get(), plain.data(), &size, identity.data(), static_cast<int>(identity.size())) ==
                1,
        "AES"
    );
    Reader inner(plain);
    Bytes secret = to_bytes(inner.sized16(64, "secret"));
    if (!inner.finish("secret")) return std::nullopt;
    return secret;
}

}  // namespace assay::test
