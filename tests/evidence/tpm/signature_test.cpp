#include "evidence/tpm/signature.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("signature") {
    TEST_CASE("captured signatures decode and encode to the same bytes; every truncation and a longer one are refused"
    ) {
        for (const char* file : {"quote_ecc.sig", "quote_rsa.sig", "quote3_ecc.sig"}) {
            CAPTURE(std::string(file));
            Bytes bytes = test::data("vm-measured-boot/tpm/" + std::string(file));
            const auto signature = decode_tpm_signature(bytes);
            REQUIRE(signature);
            CHECK(encode_tpm_signature(*signature) == bytes);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                CHECK(decode_tpm_signature(ByteView(bytes).first(size)).error().code == Errc::truncated);
            }
            bytes.push_back(0);
            CHECK(decode_tpm_signature(bytes).error().code == Errc::trailing_bytes);
        }
    }

    TEST_CASE("a signature of another machine decodes too") {
        const auto bytes = test::capture("quotes/quotesig.out");
        if (!bytes) return;
        const auto signature = decode_tpm_signature(*bytes);
        REQUIRE(signature);
        CHECK(signature->scheme == SignatureScheme::rsassa);
        CHECK(encode_tpm_signature(*signature) == *bytes);
    }

    TEST_CASE("limits: the longest coordinate and modulus, and one byte more") {
        const auto ecdsa = [](std::size_t size) {
            return decode_tpm_signature(encode_tpm_signature({.r = Bytes(size, 1), .s = Bytes(66, 1)}));
        };
        CHECK(ecdsa(66));
        CHECK(ecdsa(67).error().code == Errc::limit_exceeded);
        const auto rsassa = [](std::size_t size) {
            return decode_tpm_signature(encode_tpm_signature({.scheme = SignatureScheme::rsassa, .rsa = Bytes(size, 1)})
            );
        };
        CHECK(rsassa(512));
        CHECK(rsassa(513).error().code == Errc::limit_exceeded);
        CHECK(decode_tpm_signature(Bytes(limits::signature_bytes + 1)).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("other schemes and hashes are refused by name") {
        const auto decoded = [](std::string_view hex) { return decode_tpm_signature(from_hex(hex).value()).error(); };
        CHECK(decoded("001a000b000101000101").code == Errc::unknown_algorithm);
        CHECK(decoded("00180012000101000101").where == "TPMT_SIGNATURE.hash");
        CHECK(decoded("0005000b000101").where == "TPMT_SIGNATURE.sigAlg");
    }
}
