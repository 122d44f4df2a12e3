#pragma once
// Hash algorithms by their TPM meaning, digests that know their algorithm, and comparison in constant time.
// Algorithms are fetched from OpenSSL once per process: implicit fetches do not scale over threads.

#include "base/bytes.hpp"

#include <array>
#include <compare>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

enum class HashAlg : std::uint16_t { sha1 = 0x0004, sha256 = 0x000b, sha384 = 0x000c, sha512 = 0x000d };  // TPM_ALG_ID

std::size_t digest_size(HashAlg alg);
std::string_view name(HashAlg alg);  // "sha256"
std::optional<HashAlg> hash_alg_named(std::string_view name);
std::optional<HashAlg> hash_alg_of(std::uint16_t tpm_alg_id);

using Sha256 = std::array<std::uint8_t, 32>;

// A digest and the algorithm that made it; the length always fits the algorithm.
class Digest {
  public:
    static std::optional<Digest> of(HashAlg alg, ByteView bytes);
    static Digest zero(HashAlg alg);
    HashAlg alg() const { return alg_; }
    ByteView bytes() const { return {bytes_.data(), digest_size(alg_)}; }
    bool all(std::uint8_t value) const;
    friend auto operator<=>(const Digest&, const Digest&) = default;

  private:
    friend class Hasher;
    friend Digest hash(HashAlg alg, ByteView bytes);
    explicit Digest(HashAlg alg) : alg_(alg) {}
    HashAlg alg_;
    std::array<std::uint8_t, 64> bytes_{};  // zero behind the algorithm's size
};

// A running hash. Throws std::runtime_error when OpenSSL cannot (out of memory): the world broke.
class Hasher {
  public:
    explicit Hasher(HashAlg alg);
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    ~Hasher();
    Hasher& update(ByteView bytes);
    Digest finish();         // once, or once again after restart()
    Sha256 finish_sha256();  // the same; REQUIRES: HashAlg::sha256
    // Begins anew with the same algorithm: for loops over short inputs, where a new context costs more than the hash.
    Hasher& restart();

  private:
    struct State;
    HashAlg alg_;
    std::unique_ptr<State> state_;
};

Digest hash(HashAlg alg, ByteView bytes);
Digest hash(HashAlg alg, std::initializer_list<ByteView> parts);
Sha256 sha256(ByteView bytes);
inline Sha256 sha256(std::string_view text) {
    return sha256(as_bytes(text));
}
Bytes hmac(HashAlg alg, ByteView key, std::initializer_list<ByteView> parts);

// The time taken depends on the lengths only.
bool equal_constant_time(ByteView a, ByteView b);

}  // namespace assay
