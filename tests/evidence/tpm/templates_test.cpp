#include "evidence/tpm/templates.hpp"

#include "base/encoding.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;

namespace {

// A key of the template: `unique` of the right size. It need not be a valid key.
PublicArea key_of(const EkTemplate& ek) {
    PublicArea out = ek.area;
    const std::size_t size = out.type == KeyType::rsa ? out.rsa_bits / 8U : coordinate_size(out.curve);
    out.unique_x = Bytes(size, 0x80);
    out.unique_y = out.type == KeyType::rsa ? Bytes() : Bytes(size, 0x40);
    return out;
}

}  // namespace

TEST_SUITE("templates") {
    TEST_CASE("every EK template is met by its own keys only, and by no key with another unique's size") {
        std::set<std::uint32_t> indexes;
        for (const EkTemplate& ek : ek_templates()) {
            CAPTURE(ek.name);
            CHECK(indexes.insert(ek.certificate_nv).second);
            PublicArea area = key_of(ek);
            REQUIRE(matching_ek_template(area) != nullptr);
            CHECK(matching_ek_template(area)->name == ek.name);
            CHECK(decode_public_area(encode_public_area(area)).value() == area);
            for (const std::size_t size : {area.unique_x.size() - 1, area.unique_x.size() + 1}) {
                PublicArea other = area;
                other.unique_x.resize(size);
                CHECK(matching_ek_template(other) == nullptr);
            }
        }
        CHECK(indexes.size() == 8);
    }

    TEST_CASE("any bit outside `unique` flipped takes a key out of every template") {
        for (const EkTemplate& ek : ek_templates()) {
            CAPTURE(ek.name);
            const PublicArea area = key_of(ek);
            const Bytes good = encode_public_area(area);
            const std::size_t unique =
                2 + area.unique_x.size() + (area.type == KeyType::ecc ? 2 + area.unique_y.size() : 0);
            for (std::size_t bit = 0; bit < (good.size() - unique) * 8; ++bit) {
                Bytes changed = good;
                changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
                const auto decoded = decode_public_area(changed);
                CAPTURE(bit);
                CHECK_FALSE((decoded && matching_ek_template(*decoded) != nullptr));
            }
        }
    }

    TEST_CASE("no EK is an attestation key, and no attestation key an EK") {
        for (const EkTemplate& ek : ek_templates()) CHECK_FALSE(matching_ak_kind(key_of(ek)));
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CHECK(matching_ek_template(ak_template(kind)) == nullptr);
        }
    }

    TEST_CASE("attestation key kinds have names that lead back") {
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CHECK(ak_kind_named(name(kind)) == kind);
            CHECK(ak_template(kind).unique_x == to_bytes(sha256("assay/ak/1")));
        }
        CHECK_FALSE(ak_kind_named("rsa1024"));
    }
}
