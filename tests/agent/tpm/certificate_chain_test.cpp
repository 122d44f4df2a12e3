#include "agent/tpm/certificate_chain.hpp"

#include "evidence/limits.hpp"
#include "tests/support/files.hpp"
#include "tests/support/joined.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;
using test::joined;

namespace {

Bytes sequence_of(std::size_t content) {  // content from 256 on
    Bytes out{0x30, 0x82, static_cast<std::uint8_t>(content >> 8U), static_cast<std::uint8_t>(content)};
    out.resize(4 + content, 0x05);
    return out;
}

}  // namespace

TEST_SUITE("certificate_chain") {
    TEST_CASE("certificates of a real TPM are cut apart, padding is skipped") {
        const Bytes rsa = test::data("vm-measured-boot/tpm/nv-0x1c00002.der");
        const Bytes ecc = test::data("vm-measured-boot/tpm/nv-0x1c0000a.der");
        const auto plain = split_certificates(joined({rsa, ecc}));
        REQUIRE(plain);
        CHECK(*plain == std::vector<Bytes>{rsa, ecc});
        const auto padded = split_certificates(joined({rsa, Bytes(7, 0xff), ecc, Bytes(3, 0x00)}));
        REQUIRE(padded);
        CHECK(*padded == std::vector<Bytes>{rsa, ecc});
        CHECK(split_certificates({})->empty());
        CHECK(split_certificates(Bytes(64, 0xff))->empty());
    }

    TEST_CASE("every truncation is refused or gives only whole certificates") {
        const Bytes one = test::data("vm-measured-boot/tpm/nv-0x1c0000a.der");
        const Bytes two = joined({one, one});
        for (std::size_t size = 0; size < two.size(); ++size) {
            CAPTURE(size);
            const auto split = split_certificates(ByteView(two).first(size));
            if (size == 0 || size == one.size()) {
                REQUIRE(split);
                CHECK(split->size() == size / one.size());
            } else {
                CHECK(split.error().code == Errc::truncated);
            }
        }
    }

    TEST_CASE("limits and encodings") {
        CHECK(split_certificates(sequence_of(limits::certificate_bytes - 4)));
        CHECK(split_certificates(sequence_of(limits::certificate_bytes - 3)).error().code == Errc::limit_exceeded);
        Bytes many;
        for (std::size_t i = 0; i < limits::chain_certificates; ++i) many = joined({many, {0x30, 0x01, 0x05}});
        CHECK(split_certificates(many)->size() == limits::chain_certificates);
        CHECK(split_certificates(joined({many, {0x30, 0x01, 0x05}})).error().code == Errc::limit_exceeded);
        CHECK(split_certificates(Bytes{0x31, 0x01, 0x05}).error().code == Errc::bad_encoding);
        CHECK(split_certificates(Bytes{0x30, 0x80, 0x05}).error().code == Errc::bad_encoding);
        CHECK(split_certificates(Bytes{0x30, 0x84, 1, 1, 1, 1}).error().code == Errc::bad_encoding);
    }
}
