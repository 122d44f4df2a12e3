#include "collector/verifier/attestation_key.hpp"

#include "evidence/limits.hpp"
#include "tests/collector/verifier/report_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::SoftAk;

TEST_SUITE("attestation key") {
    TEST_CASE("a key of each template is taken, with its own Name, scheme and hash") {
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CAPTURE(name(kind));
            const SoftAk soft(kind);
            const auto key = AttestationKey::of(soft.public_area());
            REQUIRE(key);
            CHECK(key->kind() == kind);
            CHECK(key->name() == tpm_name(soft.area()));
            CHECK(key->qualified_name() == endorsement_qualified_name(soft.area()));
            CHECK(key->scheme() == *soft.area().scheme);
            CHECK(key->hash() == soft.area().scheme_hash);
            CHECK(key->public_area() == soft.public_area());
        }
    }

    TEST_CASE("any bit outside `unique` flipped is no key of ours (safeboot 36, 53)") {
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            const SoftAk soft(kind);
            const Bytes good = soft.public_area();
            const std::size_t coordinate = soft.area().unique_x.size();
            const std::size_t unique = kind == AkKind::rsa2048_sha256 ? 2 + 256 : 2 * (2 + coordinate);
            for (std::size_t bit = 0; bit < (good.size() - unique) * 8; ++bit) {
                CAPTURE(bit);
                CHECK_FALSE(AttestationKey::of(test::flipped(good, bit)));
            }
        }
    }

    TEST_CASE("a key that is not restricted, may decrypt, may leave the TPM or has a policy is refused by name") {
        const auto refused = [](auto change) {
            PublicArea area = ak_template(AkKind::ecc_p256_sha256);
            change(area);
            return AttestationKey::of(SoftAk(area).public_area()).error().code;
        };
        using namespace object_attribute;
        for (const std::uint32_t bit : {restricted, sign, fixed_tpm, fixed_parent, sensitive_data_origin, decrypt}) {
            CHECK(refused([bit](PublicArea& area) { area.attributes ^= bit; }) == Errc::mismatch);
        }
        CHECK(refused([](PublicArea& area) { area.auth_policy = Bytes(32); }) == Errc::mismatch);
        CHECK(refused([](PublicArea& area) { area.scheme.reset(); }) == Errc::mismatch);
        CHECK(refused([](PublicArea& area) { area.aes_key_bits = 128; }) == Errc::mismatch);
    }

    TEST_CASE("a point that is not on the curve is no key (go-attestation 509)") {
        PublicArea area = SoftAk().area();
        area.unique_x.back() ^= 1U;
        CHECK(AttestationKey::of(encode_public_area(area)).error().code == Errc::bad_value);
        CHECK_FALSE(AttestationKey::of(encode_public_area(ak_template(AkKind::ecc_p256_sha256))));
    }

    TEST_CASE("a quote that is longer than any is refused before it is hashed, whoever signed it") {
        const SoftAk ak;
        const AttestationKey key = AttestationKey::of(ak.public_area()).value();
        Bytes quote = from_hex("ff5443478018").value();  // magic and type are right
        quote.resize(limits::attest_bytes + 1);
        const Digest any = Digest::zero(HashAlg::sha256);
        const auto refused = check_signed_quote(key, quote, Bytes(8), any);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().reason == Reason::attest_malformed);
        CHECK(refused.error().code == Errc::limit_exceeded);
        quote.pop_back();
        CHECK(check_signed_quote(key, quote, Bytes(8), any).error().reason == Reason::signature_malformed);
    }

    TEST_CASE("truncation at every length is refused") {
        const Bytes good = SoftAk().public_area();
        for (std::size_t size = 0; size < good.size(); ++size)
            CHECK_FALSE(AttestationKey::of(ByteView(good).first(size)));
    }
}
