#include "base/crypto/public_key.hpp"

#include "base/encoding.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace assay;

namespace {

// One P-256 key in the three encodings that OpenSSL reads (openssl ec -conv_form compressed, -param_enc explicit).
constexpr std::string_view x = "64e54619fe03b565affaf1aa07438606739d9236b43c587ef1a9ace5a10a8bdd";
constexpr std::string_view y = "00367332d9a6952ce76049c99370790325df5578b07f8e6167de18f21d29ff85";
constexpr std::string_view named_header = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
constexpr std::string_view compressed_header = "3039301306072a8648ce3d020106082a8648ce3d03010703220003";
constexpr std::string_view explicit_header =
    "3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000"
    "ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93"
    "e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c"
    "4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51"
    "f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255102010103420004";

Bytes joined(std::initializer_list<std::string_view> parts) {
    std::string hex;
    for (const std::string_view part : parts) hex += part;
    return from_hex(hex).value();
}

}  // namespace

TEST_SUITE("public key") {
    TEST_CASE("one key has one SubjectPublicKeyInfo, however it came") {
        const Bytes expected = joined({named_header, x, y});
        CHECK(PublicKey::ec(Curve::p256, joined({x}), joined({y}))->spki() == expected);
        CHECK(PublicKey::from_spki(expected)->spki() == expected);
        CHECK(PublicKey::from_spki(joined({compressed_header, x}))->spki() == expected);
        CHECK(PublicKey::from_spki(joined({explicit_header, x, y}))->spki() == expected);
    }

    TEST_CASE("a key is checked against by many threads at once, and a check leaves no trace in the next") {
        // RFC 6979, A.2.5: P-256, SHA-256, message "sample".
        const PublicKey key =
            PublicKey::ec(
                Curve::p256, joined({"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"}),
                joined({"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"})
            )
                .value();
        const Bytes r = joined({"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"});
        const Bytes s = joined({"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"});
        const Digest right = hash(HashAlg::sha256, as_bytes("sample"));
        const Digest wrong = hash(HashAlg::sha256, as_bytes("sampled"));
        std::atomic<unsigned> mistakes = 0;
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (unsigned i = 0; i < 4; ++i) {
            threads.emplace_back([&key, &r, &s, &right, &wrong, &mistakes] {
                for (unsigned n = 0; n < 50; ++n) {
                    if (!key.verify_ecdsa(right, r, s)) ++mistakes;
                    if (key.verify_ecdsa(wrong, r, s) || key.verify_ecdsa(right, s, r)) ++mistakes;
                }
            });
        }
        threads.clear();
        CHECK(mistakes == 0);
        CHECK_FALSE(key.verify_rsassa(right, r));
    }

    TEST_CASE("a point that is not on the curve, another curve and bytes after the key are refused") {
        Bytes off = joined({y});
        off.back() ^= 1U;
        CHECK_FALSE(PublicKey::ec(Curve::p256, joined({x}), off));
        CHECK_FALSE(PublicKey::ec(Curve::p384, joined({x}), joined({y})));
        CHECK(PublicKey::from_spki(joined({named_header, x, y, "00"})).error().code == Errc::trailing_bytes);
    }
}
