#pragma once
// A public key that can check a signature. Curves and sizes are an allow-list: P-256, P-384, P-521 and RSA of 2048
// to 4096 bits. Decoded once, kept decoded: decoding costs more than a check.

#include "base/crypto/hash.hpp"
#include "base/result.hpp"

#include <memory>
#include <variant>

namespace assay {

enum class Curve : std::uint16_t { p256 = 0x0003, p384 = 0x0004, p521 = 0x0005 };  // TPM_ECC_CURVE

std::size_t coordinate_size(Curve curve);  // bytes of x, of y, of r and of s

class PublicKey {
  public:
    // X and Y big-endian, any length up to the curve's; the point is checked to be on the curve.
    static Result<PublicKey> ec(Curve curve, ByteView x, ByteView y);
    // Modulus big-endian with its highest bit set.
    static Result<PublicKey> rsa(ByteView modulus, std::uint32_t exponent);
    // DER SubjectPublicKeyInfo, whole.
    static Result<PublicKey> from_spki(ByteView der);

    PublicKey(const PublicKey&) = delete;
    PublicKey& operator=(const PublicKey&) = delete;
    PublicKey(PublicKey&&) noexcept;
    PublicKey& operator=(PublicKey&&) noexcept;
    ~PublicKey();

    // DER SubjectPublicKeyInfo (RFC 5280): the one encoding that ids are made of. EC keys carry a named curve and an
    // uncompressed point.
    const Bytes& spki() const { return spki_; }

    // ECDSA over digest, r and s as a TPM gives them (big-endian, leading zeros or none).
    // False for a wrong signature, another kind of key, and r or s longer than the curve.
    bool verify_ecdsa(const Digest& digest, ByteView r, ByteView s) const;
    bool verify_rsassa(const Digest& digest, ByteView signature) const;
    // Whichever of the two fits the key, as X.509 and Linux have it: an ECDSA signature is a DER ECDSA-Sig-Value.
    bool verify_encoded(const Digest& digest, ByteView signature) const;

    struct Handle;
    const Handle& handle() const { return *handle_; }  // for files behind the OpenSSL seam

  private:
    PublicKey(std::unique_ptr<Handle> handle, Bytes spki);
    static Result<PublicKey> adopt(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
    Bytes spki_;
};

}  // namespace assay
