#include "evidence/tpm/attest.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/public_area.hpp"
#include "tests/support/captured_boot.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::data;
using test::unsized;

namespace {

Bytes captured(const std::string& file) {
    return data("vm-measured-boot/tpm/" + file);
}

PcrValues values_of(const PcrSelection& selection) {
    PcrValues out;
    for (const PcrBankSelection& bank : selection) {
        for (const PcrIndex pcr : pcrs_of(bank))
            out[bank.bank].emplace(pcr, test::captured_pcr(bank.bank, pcr.value()));
    }
    return out;
}

}  // namespace

TEST_SUITE("quote") {
    TEST_CASE("captured quotes decode, encode to the same bytes, carry the nonce, and their signatures hold") {
        for (const std::string which : {"ecc", "rsa"}) {
            CAPTURE(which);
            const Bytes bytes = captured("quote_" + which + ".msg");
            const auto attest = decode_quote_attest(bytes);
            REQUIRE(attest);
            CHECK(encode_quote_attest(*attest) == bytes);
            std::string nonce = to_text(captured("nonce.hex"));
            while (!nonce.empty() && nonce.back() == '\n') nonce.pop_back();
            CHECK(to_hex(attest->extra_data) == nonce);

            const auto signature = decode_tpm_signature(captured("quote_" + which + ".sig"));
            REQUIRE(signature);
            CHECK(encode_tpm_signature(*signature) == captured("quote_" + which + ".sig"));
            const auto key = public_key_of(decode_public_area(unsized(captured("ak_" + which + ".pub.tss"))).value());
            const Digest signed_over = hash(signature->hash, bytes);
            const bool holds = which == "ecc" ? key->verify_ecdsa(signed_over, signature->r, signature->s)
                                              : key->verify_rsassa(signed_over, signature->rsa);
            CHECK(holds);
            const Digest other = hash(signature->hash, as_bytes("other"));
            CHECK_FALSE(
                (which == "ecc" ? key->verify_ecdsa(other, signature->r, signature->s)
                                : key->verify_rsassa(other, signature->rsa))
            );
        }
    }

    TEST_CASE("the pcrDigest of captured quotes is that of the PCR values, over one bank and over three") {
        for (const char* file : {"quote_ecc.msg", "quote3_ecc.msg"}) {
            CAPTURE(file);
            const auto attest = decode_quote_attest(captured(file)).value();
            const PcrValues values = values_of(attest.selection);
            CHECK(to_bytes(pcr_digest(HashAlg::sha256, attest.selection, values)->bytes()) == attest.pcr_digest);
            PcrValues fewer = values;
            fewer.begin()->second.erase(fewer.begin()->second.begin());
            CHECK(pcr_digest(HashAlg::sha256, attest.selection, fewer).error().code == Errc::not_found);
            PcrValues more = values;
            more[HashAlg::sha512].emplace(*PcrIndex::from(0), Digest::zero(HashAlg::sha512));
            CHECK(pcr_digest(HashAlg::sha256, attest.selection, more).error().code == Errc::bad_value);
        }
    }

    TEST_CASE("truncation at every length, a longer input, a wrong magic and a wrong type are refused by name") {
        Bytes bytes = captured("quote_ecc.msg");
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CAPTURE(size);
            CHECK(decode_quote_attest(ByteView(bytes).first(size)).error().code == Errc::truncated);
        }
        Bytes longer = bytes;
        longer.push_back(0);
        CHECK(decode_quote_attest(longer).error().code == Errc::trailing_bytes);
        CHECK(decode_quote_attest(Bytes(limits::attest_bytes + 1)).error().code == Errc::limit_exceeded);
        Bytes magic = bytes;
        magic[0] = 0;
        CHECK(decode_quote_attest(magic).error().code == Errc::bad_magic);
        bytes[5] = 0x17;
        CHECK(decode_quote_attest(bytes).error().where == "TPMS_ATTEST.type");
    }

    TEST_CASE("selections are compared by meaning, and an empty one equals nothing") {
        const PcrSelection asked = select_pcrs(HashAlg::sha256, {0, 1, 7});
        PcrSelection padded = asked;
        padded.push_back({HashAlg::sha1, 0});
        CHECK(same_meaning(asked, padded));
        CHECK_FALSE(same_meaning({}, {}));
        CHECK_FALSE(same_meaning({{HashAlg::sha256, 0}}, {{HashAlg::sha256, 0}}));
        CHECK_FALSE(same_meaning(asked, select_pcrs(HashAlg::sha256, {0, 1})));
        CHECK_FALSE(same_meaning(asked, select_pcrs(HashAlg::sha384, {0, 1, 7})));
        CHECK(decode_pcr_selection(encode_pcr_selection(asked)).value() == asked);
        CHECK(text(asked) == "sha256:0,1,7");
    }

    TEST_CASE("a selection with five banks, a bank twice, an unknown hash or PCR 24 is refused") {
        const auto decoded = [](std::string_view hex) { return decode_pcr_selection(from_hex(hex).value()); };
        CHECK(decoded("00000001000b03ffffff"));
        CHECK(decoded("00000001000b04ffffff00"));
        CHECK(decoded("00000005").error().code == Errc::limit_exceeded);
        CHECK(decoded("00000002000b03010000000b03010000").error().code == Errc::bad_value);
        CHECK(decoded("00000001001203010000").error().code == Errc::unknown_algorithm);
        CHECK(decoded("00000001000b0400000001").error().code == Errc::out_of_range);
        CHECK(decoded("00000001000b030100").error().code == Errc::truncated);
    }
}
