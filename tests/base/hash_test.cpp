#include "base/crypto/hash.hpp"

#include "base/crypto/public_key.hpp"
#include "base/encoding.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("crypto") {
    TEST_CASE("hash: FIPS 180-4 vectors of every algorithm") {
        CHECK(to_hex(hash(HashAlg::sha1, as_bytes("abc")).bytes()) == "a9993e364706816aba3e25717850c26c9cd0d89d");
        CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        CHECK(Hasher(HashAlg::sha256).update(as_bytes("abc")).finish_sha256() == sha256("abc"));
        CHECK(to_hex(hash(HashAlg::sha384, {as_bytes("a"), as_bytes("bc")}).bytes())
                  .starts_with("cb00753f45a35e8bb5a03d699ac65007"));
        CHECK(to_hex(hash(HashAlg::sha512, as_bytes("abc")).bytes()).starts_with("ddaf35a193617abacc417349ae204131"));
    }

    TEST_CASE("a hasher that is restarted forgets what it hashed, finished or not") {
        for (const HashAlg alg : {HashAlg::sha1, HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
            Hasher hasher(alg);
            hasher.update(as_bytes("one")).finish();
            CHECK(hasher.restart().update(as_bytes("abc")).finish() == hash(alg, as_bytes("abc")));
            hasher.restart().update(as_bytes("half")).restart();
            CHECK(hasher.update(as_bytes("abc")).finish() == hash(alg, as_bytes("abc")));
        }
    }

    TEST_CASE("hmac: RFC 4231 case 2") {
        CHECK(
            to_hex(hmac(HashAlg::sha256, as_bytes("Jefe"), {as_bytes("what do ya want "), as_bytes("for nothing?")})) ==
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    TEST_CASE("a digest never has the wrong length for its algorithm") {
        CHECK_FALSE(Digest::of(HashAlg::sha256, Bytes(31)));
        CHECK_FALSE(Digest::of(HashAlg::sha256, Bytes(33)));
        CHECK(Digest::of(HashAlg::sha384, Bytes(48))->all(0));
    }

    TEST_CASE("public key: a point off the curve, an odd modulus size and a foreign curve are refused") {
        CHECK_FALSE(PublicKey::ec(Curve::p256, Bytes(32, 1), Bytes(32, 1)));
        CHECK_FALSE(PublicKey::ec(Curve::p256, Bytes(33, 1), Bytes(32, 1)));
        CHECK_FALSE(PublicKey::rsa(Bytes(128, 0xff), 65537));
        CHECK_FALSE(PublicKey::from_spki(Bytes{0x30, 0x00}));
    }

    TEST_CASE("public key: the P-256 generator has the SubjectPublicKeyInfo of RFC 5480, and reads back") {
        const auto x = from_hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296").value();
        const auto y = from_hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5").value();
        const auto key = PublicKey::ec(Curve::p256, x, y);
        REQUIRE(key);
        CHECK(to_hex(key->spki()).starts_with("3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2"));
        CHECK(PublicKey::from_spki(key->spki())->spki() == key->spki());
    }
}
