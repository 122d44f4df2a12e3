#include "evidence/tpm/public_area.hpp"

#include "evidence/tpm/templates.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::data;
using test::unsized;

namespace {
Bytes area(const std::string& file) {
    return unsized(data("vm-measured-boot/tpm/" + file));
}
}  // namespace

TEST_SUITE("public area") {
    TEST_CASE("captured keys decode, encode to the same bytes, and have the Names the TPM gave them") {
        for (const std::string which : {"ecc", "rsa"}) {
            CAPTURE(which);
            const auto ak = decode_public_area(area("ak_" + which + ".pub.tss"));
            REQUIRE(ak);
            CHECK(encode_public_area(*ak) == area("ak_" + which + ".pub.tss"));
            CHECK(tpm_name(*ak) == data("vm-measured-boot/tpm/ak_" + which + ".name"));
            CHECK(public_key_of(*ak));
        }
    }

    TEST_CASE(
        "captured endorsement keys match their TCG templates, and none matches after any bit outside unique is flipped"
    ) {
        const std::pair<const char*, const char*> keys[] = {{"ek_rsa.pub.tss", "L-1"}, {"ek_ecc.pub.tss", "L-2"}};
        for (const auto& [file, expected] : keys) {
            CAPTURE(file);
            const Bytes bytes = area(file);
            const auto ek = decode_public_area(bytes);
            REQUIRE(ek);
            REQUIRE(matching_ek_template(*ek) != nullptr);
            CHECK(matching_ek_template(*ek)->name == expected);
            const std::size_t unique_bytes = ek->type == KeyType::rsa ? 2 + 256 : 2 * (2 + 32);
            for (std::size_t bit = 0; bit < (bytes.size() - unique_bytes) * 8; ++bit) {
                Bytes changed = bytes;
                changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
                const auto other = decode_public_area(changed);
                const bool accepted = other && matching_ek_template(*other) != nullptr;
                CAPTURE(bit);
                CHECK_FALSE(accepted);
            }
        }
    }

    TEST_CASE("truncation at every length is refused") {
        for (const char* file : {"ak_ecc.pub.tss", "ek_rsa.pub.tss"}) {
            const Bytes bytes = area(file);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                CAPTURE(size);
                CHECK_FALSE(decode_public_area(ByteView(bytes).first(size)));
            }
        }
    }

    TEST_CASE("an attestation key must be of the template: a key of another program is refused") {
        const auto foreign = decode_public_area(area("ak_ecc.pub.tss"));
        CHECK_FALSE(matching_ak_kind(*foreign));
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CHECK(matching_ak_kind(ak_template(kind)) == kind);
            PublicArea open = ak_template(kind);
            open.attributes &= ~object_attribute::restricted;
            CHECK_FALSE(matching_ak_kind(open));
        }
    }
}
