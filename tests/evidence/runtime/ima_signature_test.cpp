// IMA's signatures: some that openssl made, under the header of Linux' signature_v2_hdr, verified with their keys, and
// headers that are cut, lie or are of something else.

#include "evidence/runtime/ima_signature.hpp"

#include "base/crypto/public_key.hpp"
#include "base/encoding.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

ImaSignature decoded(const Bytes& attribute) {
    const auto signature = decode_ima_signature(attribute);
    REQUIRE(signature.has_value());
    return *signature;
}

PublicKey key(const std::string& name) {
    return PublicKey::from_spki(test::data("ima-signed/" + name + ".pub.der")).value();
}

struct Signed {
    const char* attribute;
    const char* key;
    HashAlg alg;
    const char* type;  // of the digest
};
constexpr Signed all_signed[] = {
    {"ec", "ec", HashAlg::sha256, ""},
    {"ec", "ec", HashAlg::sha256, "ima"},
    {"rsa", "rsa", HashAlg::sha512, ""},
    {"verity", "ec", HashAlg::sha256, "verity"},
};

TEST_SUITE("ima_signature") {
    TEST_CASE("what openssl signed verifies over what signed_digest says was signed") {
        for (const Signed& one : all_signed) {
            CAPTURE(one.attribute);
            const Bytes attribute = test::data("ima-signed/" + std::string(one.attribute) + ".xattr");
            const ImaSignature signature = decoded(attribute);
            CHECK(signature.hash == one.alg);
            const Digest content = hash(one.alg, test::data("ima-signed/program"));
            const auto digest = signed_digest(signature, {one.type, name(one.alg), content.bytes()});
            REQUIRE(digest.has_value());
            CHECK(key(one.key).verify_encoded(*digest, signature.value));
            CHECK_FALSE(key(one.key == std::string("ec") ? "rsa" : "ec").verify_encoded(*digest, signature.value));
            CHECK_FALSE(key(one.key).verify_encoded(hash(one.alg, as_bytes("another")), signature.value));
        }
    }

    TEST_CASE("one flipped bit of a signature and it does not verify") {
        for (const char* const which : {"ec", "rsa"}) {
            const Bytes attribute = test::data("ima-signed/" + std::string(which) + ".xattr");
            const ImaSignature whole = decoded(attribute);
            const Digest digest = hash(whole.hash, test::data("ima-signed/program"));
            const PublicKey verifying = key(which);
            for (std::size_t bit = 72; bit < 8 * attribute.size(); ++bit) {
                Bytes changed = attribute;
                changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
                const auto signature = decode_ima_signature(changed);
                REQUIRE(signature.has_value());
                REQUIRE_FALSE(verifying.verify_encoded(digest, signature->value));
            }
        }
    }

    TEST_CASE("the header's fields are read") {
        const ImaSignature ec = decoded(test::data("ima-signed/ec.xattr"));
        CHECK(ec.kind == ImaSignatureKind::ima);
        CHECK(ec.version == 2);
        CHECK(ec.key_id == 0x7b2a987d);
        const ImaSignature verity = decoded(test::data("ima-signed/verity.xattr"));
        CHECK(verity.kind == ImaSignatureKind::verity);
        CHECK(verity.version == 3);
        CHECK(to_hex(decoded({5, 2, 4, 1, 2, 3, 4, 0, 1, 0xaa}).value) == "aa");
    }

    TEST_CASE("a signature cut anywhere, or with bytes behind it, is none") {
        const Bytes whole = test::data("ima-signed/ec.xattr");
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CHECK_FALSE(decode_ima_signature(ByteView(whole).first(size)).has_value());
        }
        Bytes longer = whole;
        longer.push_back(0);
        CHECK(decode_ima_signature(longer).error().code == Errc::trailing_bytes);
    }

    TEST_CASE("other types, versions and hashes are refused, and the field is named") {
        const auto refusal = [](Bytes attribute) { return decode_ima_signature(attribute).error().message(); };
        CHECK(refusal({1, 2, 4, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.type"));
        CHECK(refusal({4, 2, 4, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.type"));
        CHECK(refusal({3, 1, 4, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.version"));
        CHECK(refusal({3, 4, 4, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.version"));
        // A signature of fs-verity's digest is of version 3; one of version 2 over the same bytes is a file's.
        CHECK(refusal({6, 2, 4, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.version"));
        CHECK(decode_ima_signature(Bytes{6, 3, 4, 1, 2, 3, 4, 0, 0}).has_value());
        CHECK(refusal({3, 2, 1, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.hash_algo"));
        CHECK(refusal({3, 2, 7, 1, 2, 3, 4, 0, 0}).starts_with("ima_signature.hash_algo"));
    }

    TEST_CASE("a signature is over no digest of another algorithm, type or size, and EVM's over none at all") {
        const Bytes value(32, 1);
        const ImaSignature ima{ImaSignatureKind::ima, 2, HashAlg::sha256, 1, {}};
        const ImaSignature verity{ImaSignatureKind::verity, 3, HashAlg::sha256, 1, {}};
        const ImaSignature evm{ImaSignatureKind::evm_portable, 2, HashAlg::sha256, 1, {}};
        CHECK(signed_digest(ima, {"", "sha256", value}).has_value());
        CHECK_FALSE(signed_digest(ima, {"", "sha512", Bytes(64)}).has_value());
        CHECK_FALSE(signed_digest(ima, {"verity", "sha256", value}).has_value());
        CHECK_FALSE(signed_digest(ima, {"", "sha256", Bytes(20)}).has_value());
        CHECK(signed_digest(verity, {"verity", "sha256", value}).has_value());
        CHECK_FALSE(signed_digest(verity, {"ima", "sha256", value}).has_value());
        CHECK_FALSE(signed_digest(evm, {"", "sha256", value}).has_value());
    }
}

}  // namespace
}  // namespace assay
