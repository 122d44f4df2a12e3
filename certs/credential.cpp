#include "certs/credential.hpp"

#include "base/crypto/openssl.hpp"
#include "base/crypto/public_key_handle.hpp"
#include "base/writer.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace assay {
namespace {

using GroupPtr = std::unique_ptr<EC_GROUP, Releaser<&EC_GROUP_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Releaser<&EC_POINT_free>>;
using BnCtxPtr = std::unique_ptr<BN_CTX, Releaser<&BN_CTX_free>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER, Releaser<&EVP_CIPHER_free>>;

constexpr std::string_view identity_label = "IDENTITY";

void must(bool worked) {
    if (!worked) throw std::runtime_error("a credential cannot be made: " + openssl_error());
}

Bytes random_bytes(const RandomSource& random, std::size_t size) {
    Bytes out(size);
    random(out);
    return out;
}

void xor_into(std::span<std::uint8_t> target, ByteView mask) {
    for (std::size_t i = 0; i < target.size(); ++i) target[i] = static_cast<std::uint8_t>(target[i] ^ mask[i]);
}

// MGF1 (RFC 8017, B.2.1)
Bytes mgf1(HashAlg alg, ByteView seed, std::size_t size) {
    Bytes out;
    for (std::uint32_t counter = 0; out.size() < size; ++counter) {
        const Bytes encoded = Writer().u32be(counter).take();
        const Digest block = hash(alg, {seed, ByteView(encoded)});
        out.insert(out.end(), block.bytes().begin(), block.bytes().end());
    }
    out.resize(size);
    return out;
}

// EME-OAEP encoding (RFC 8017, 7.1.1). It is here and not OpenSSL's because there the salt is no parameter.
Bytes oaep_encode(HashAlg alg, ByteView message, ByteView label, ByteView salt, std::size_t modulus_bytes) {
    const std::size_t digest_bytes = digest_size(alg);
    must(modulus_bytes >= 2 * digest_bytes + 2 + message.size());
    Bytes block = to_bytes(hash(alg, label).bytes());
    block.resize(modulus_bytes - digest_bytes - 1 - 1 - message.size(), 0);
    block.push_back(1);
    block.insert(block.end(), message.begin(), message.end());
    xor_into(block, mgf1(alg, salt, block.size()));
    Bytes masked_salt = to_bytes(salt);
    xor_into(masked_salt, mgf1(alg, block, digest_bytes));
    return Writer().u8(0).raw(masked_salt).raw(block).take();
}

struct Seed {
    Bytes value;
    Bytes encrypted;  // TPM2B_ENCRYPTED_SECRET without its size
};

Seed rsa_seed(const PublicArea& ek, const PublicKey& key, const RandomSource& random) {
    const std::size_t digest_bytes = digest_size(ek.name_alg);
    Seed out;
    out.value = random_bytes(random, digest_bytes);
    const Bytes salt = random_bytes(random, digest_bytes);
    const Bytes label = Writer().raw(as_bytes(identity_label)).u8(0).take();
    const Bytes block = oaep_encode(ek.name_alg, out.value, label, salt, ek.unique_x.size());

    const PkeyCtxPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, key.handle().key.get(), nullptr)};
    std::size_t size = ek.unique_x.size();
    out.encrypted.resize(size);
    must(
        context && EVP_PKEY_encrypt_init(context.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
        EVP_PKEY_encrypt(context.get(), out.encrypted.data(), &size, block.data(), block.size()) == 1 &&
        size == out.encrypted.size()
    );
    return out;
}

int group_nid(Curve curve) {
    switch (curve) {
        case Curve::p256: return NID_X9_62_prime256v1;
        case Curve::p384: return NID_secp384r1;
        case Curve::p521: return NID_secp521r1;
    }
    return NID_undef;
}

// A scalar in [1, n-1] from 8 bytes more than the order has (FIPS 186-5, A.2.1).
BnPtr random_scalar(const EC_GROUP* group, const RandomSource& random, BN_CTX* context) {
    const BIGNUM* order = EC_GROUP_get0_order(group);
    const Bytes wide = random_bytes(random, static_cast<std::size_t>(BN_num_bytes(order)) + 8);
    BnPtr scalar{BN_bin2bn(wide.data(), static_cast<int>(wide.size()), nullptr)};
    const BnPtr bound{BN_dup(order)};
    must(scalar && bound && BN_sub_word(bound.get(), 1) == 1);
    must(BN_mod(scalar.get(), scalar.get(), bound.get(), context) == 1 && BN_add_word(scalar.get(), 1) == 1);
    BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
    return scalar;
}

struct Coordinates {
    Bytes x;
    Bytes y;
};

Coordinates coordinates_of(const EC_GROUP* group, const EC_POINT* point, std::size_t size, BN_CTX* context) {
    const BnPtr x{BN_new()};
    const BnPtr y{BN_new()};
    Coordinates out{Bytes(size), Bytes(size)};
    must(x && y && EC_POINT_get_affine_coordinates(group, point, x.get(), y.get(), context) == 1);
    must(BN_bn2binpad(x.get(), out.x.data(), static_cast<int>(size)) == static_cast<int>(size));
    must(BN_bn2binpad(y.get(), out.y.data(), static_cast<int>(size)) == static_cast<int>(size));
    return out;
}

Seed ecc_seed(const PublicArea& ek, const RandomSource& random) {
    const std::size_t size = coordinate_size(ek.curve);
    const GroupPtr group{EC_GROUP_new_by_curve_name(group_nid(ek.curve))};
    const BnCtxPtr context{BN_CTX_new()};
    must(group && context);
    const BnPtr x{BN_bin2bn(ek.unique_x.data(), static_cast<int>(ek.unique_x.size()), nullptr)};
    const BnPtr y{BN_bin2bn(ek.unique_y.data(), static_cast<int>(ek.unique_y.size()), nullptr)};
    const PointPtr theirs{EC_POINT_new(group.get())};
    const PointPtr ours{EC_POINT_new(group.get())};
    const PointPtr shared{EC_POINT_new(group.get())};
    must(x && y && theirs && ours && shared);
    must(EC_POINT_set_affine_coordinates(group.get(), theirs.get(), x.get(), y.get(), context.get()) == 1);
    const BnPtr scalar = random_scalar(group.get(), random, context.get());
    must(EC_POINT_mul(group.get(), ours.get(), scalar.get(), nullptr, nullptr, context.get()) == 1);
    must(EC_POINT_mul(group.get(), shared.get(), nullptr, theirs.get(), scalar.get(), context.get()) == 1);

    const Coordinates ephemeral = coordinates_of(group.get(), ours.get(), size, context.get());
    const Coordinates z = coordinates_of(group.get(), shared.get(), size, context.get());
    const auto bits = static_cast<std::uint32_t>(digest_size(ek.name_alg) * 8);
    Seed out;
    // PartyVInfo is the x coordinate as TPM2B_ECC_PARAMETER holds it; templates fix its length to the curve's.
    out.value = kdf_e(ek.name_alg, z.x, identity_label, ephemeral.x, ek.unique_x, bits);
    out.encrypted = Writer().sized16(ephemeral.x).sized16(ephemeral.y).take();
    return out;
}

Bytes aes_cfb(ByteView key, ByteView plain) {
    const char* name = key.size() == 16 ? "AES-128-CFB" : key.size() == 24 ? "AES-192-CFB" : "AES-256-CFB";
    const CipherPtr cipher{EVP_CIPHER_fetch(nullptr, name, nullptr)};
    const CipherCtxPtr context{EVP_CIPHER_CTX_new()};
    const std::array<std::uint8_t, 16> iv{};
    Bytes out(plain.size());
    int size = 0;
    must(
        cipher && context && EVP_EncryptInit_ex2(context.get(), cipher.get(), key.data(), iv.data(), nullptr) == 1 &&
        EVP_EncryptUpdate(context.get(), out.data(), &size, plain.data(), static_cast<int>(plain.size())) == 1 &&
        size == static_cast<int>(plain.size())
    );
    return out;
}

}  // namespace

Bytes kdf_a(
    HashAlg alg, ByteView key, std::string_view label, ByteView context_u, ByteView context_v, std::uint32_t bits
) {
    static constexpr std::uint8_t zero[] = {0};
    const Bytes encoded_bits = Writer().u32be(bits).take();
    Bytes out;
    for (std::uint32_t counter = 1; out.size() < bits / 8; ++counter) {
        const Bytes encoded = Writer().u32be(counter).take();
        const Bytes block =
            hmac(alg, key, {encoded, as_bytes(label), ByteView(zero), context_u, context_v, encoded_bits});
        out.insert(out.end(), block.begin(), block.end());
    }
    out.resize(bits / 8);
    return out;
}

Bytes kdf_e(HashAlg alg, ByteView z, std::string_view label, ByteView party_u, ByteView party_v, std::uint32_t bits) {
    static constexpr std::uint8_t zero[] = {0};
    Bytes out;
    for (std::uint32_t counter = 1; out.size() < bits / 8; ++counter) {
        const Bytes encoded = Writer().u32be(counter).take();
        const Digest block = hash(alg, {encoded, z, as_bytes(label), ByteView(zero), party_u, party_v});
        out.insert(out.end(), block.bytes().begin(), block.bytes().end());
    }
    out.resize(bits / 8);
    return out;
}

Result<CredentialChallenge> make_credential(
    const PublicArea& ek, ByteView ak_name, ByteView secret, const RandomSource& random
) {
    TRY(const PublicKey key, public_key_of(ek));
    if (ek.aes_key_bits == 0) return fail(Errc::bad_value, "ek", "has no symmetric algorithm, so it is no storage key");
    if (secret.empty() || secret.size() > digest_size(ek.name_alg)) {
        return fail(Errc::bad_value, "secret", "is empty or longer than the EK's nameAlg digest");
    }
    if (ak_name.size() < 3 || ak_name.size() > 66) return fail(Errc::bad_value, "ak_name", "is no Name");
    const Seed seed = ek.type == KeyType::rsa ? rsa_seed(ek, key, random) : ecc_seed(ek, random);
    const Bytes storage_key = kdf_a(ek.name_alg, seed.value, "STORAGE", ak_name, {}, ek.aes_key_bits);
    const Bytes identity = aes_cfb(storage_key, Writer().sized16(secret).take());
    const auto digest_bits = static_cast<std::uint32_t>(digest_size(ek.name_alg) * 8);
    const Bytes integrity_key = kdf_a(ek.name_alg, seed.value, "INTEGRITY", {}, {}, digest_bits);
    const Bytes integrity = hmac(ek.name_alg, integrity_key, {identity, ak_name});
    return CredentialChallenge{Writer().sized16(integrity).raw(identity).take(), seed.encrypted};
}

}  // namespace assay
