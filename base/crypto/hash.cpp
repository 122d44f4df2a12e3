#include "base/crypto/hash.hpp"

#include "base/crypto/openssl.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace assay {

const EVP_MD* fetched_md(HashAlg alg) {
    // Fetched once: EVP_sha256() would be looked up again at each use.
    static const MdPtr sha1{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
    static const MdPtr sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    static const MdPtr sha384{EVP_MD_fetch(nullptr, "SHA384", nullptr)};
    static const MdPtr sha512{EVP_MD_fetch(nullptr, "SHA512", nullptr)};
    switch (alg) {
        case HashAlg::sha1: return sha1.get();
        case HashAlg::sha256: return sha256.get();
        case HashAlg::sha384: return sha384.get();
        case HashAlg::sha512: return sha512.get();
    }
    return nullptr;
}

std::size_t digest_size(HashAlg alg) {
    switch (alg) {
        case HashAlg::sha1: return 20;
        case HashAlg::sha256: return 32;
        case HashAlg::sha384: return 48;
        case HashAlg::sha512: return 64;
    }
    return 0;
}

std::string_view name(HashAlg alg) {
    switch (alg) {
        case HashAlg::sha1: return "sha1";
        case HashAlg::sha256: return "sha256";
        case HashAlg::sha384: return "sha384";
        case HashAlg::sha512: return "sha512";
    }
    return "";
}

std::optional<HashAlg> hash_alg_named(std::string_view wanted) {
    for (const HashAlg alg : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
        if (name(alg) == wanted) return alg;
    }
    return std::nullopt;
}

std::optional<HashAlg> hash_alg_of(std::uint16_t tpm_alg_id) {
    for (const HashAlg alg : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
        if (static_cast<std::uint16_t>(alg) == tpm_alg_id) return alg;
    }
    return std::nullopt;
}

std::optional<Digest> Digest::of(HashAlg alg, ByteView bytes) {
    if (bytes.size() != digest_size(alg)) return std::nullopt;
    Digest out(alg);
    std::ranges::copy(bytes, out.bytes_.begin());
    return out;
}

Digest Digest::zero(HashAlg alg) {
    return Digest(alg);
}

bool Digest::all(std::uint8_t value) const {
    return std::ranges::all_of(bytes(), [value](std::uint8_t b) { return b == value; });
}

struct Hasher::State {
    MdCtxPtr context;
};

Hasher::Hasher(HashAlg alg) : alg_(alg), state_(std::make_unique<State>(MdCtxPtr(EVP_MD_CTX_new()))) {
    if (!state_->context || EVP_DigestInit_ex2(state_->context.get(), fetched_md(alg), nullptr) != 1) {
        throw std::runtime_error("the hash cannot be initialised");
    }
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Hasher& Hasher::update(ByteView bytes) {
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
        throw std::runtime_error("the hash cannot be updated");
    }
    return *this;
}

Digest Hasher::finish() {
    Digest out(alg_);
    if (EVP_DigestFinal_ex(state_->context.get(), out.bytes_.data(), nullptr) != 1) {
        throw std::runtime_error("the hash cannot be finished");
    }
    return out;
}

Hasher& Hasher::restart() {
    if (EVP_DigestInit_ex2(state_->context.get(), fetched_md(alg_), nullptr) != 1) {
        throw std::runtime_error("the hash cannot be initialised again");
    }
    return *this;
}

Sha256 Hasher::finish_sha256() {
    assert(alg_ == HashAlg::sha256);
    const Digest whole = finish();
    Sha256 out{};
    std::ranges::copy(whole.bytes(), out.begin());
    return out;
}

Digest hash(HashAlg alg, ByteView bytes) {
    Digest out(alg);
    if (EVP_Digest(bytes.data(), bytes.size(), out.bytes_.data(), nullptr, fetched_md(alg), nullptr) != 1) {
        throw std::runtime_error("the hash cannot be made");
    }
    return out;
}

Digest hash(HashAlg alg, std::initializer_list<ByteView> parts) {
    Hasher hasher(alg);
    for (const ByteView part : parts) hasher.update(part);
    return hasher.finish();
}

Sha256 sha256(ByteView bytes) {
    Sha256 out{};
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, fetched_md(HashAlg::sha256), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return out;
}

Bytes hmac(HashAlg alg, ByteView key, std::initializer_list<ByteView> parts) {
    Bytes message;
    for (const ByteView part : parts) message.insert(message.end(), part.begin(), part.end());
    Bytes out(digest_size(alg));
    unsigned size = 0;
    if (HMAC(
            fetched_md(alg), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.data(), &size
        ) == nullptr) {
        throw std::runtime_error("HMAC failed");
    }
    return out;
}

bool equal_constant_time(ByteView a, ByteView b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace assay
