// A report is taken only from the TPM, the connection, the challenge and the statement that it is for; each of these
// is broken here on purpose. Numbers in names are those of other projects' flaws of the same kind.

#include "collector/verifier/report.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/signature.hpp"
#include "tests/collector/verifier/report_scene.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;
using test::flipped;
using test::ReportScene;
using test::SoftAk;

namespace {

constexpr std::array ak_kinds{AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256};

Reason reason_of(const std::expected<AuthenticReport, RejectedAttempt>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().reason;
}

}  // namespace

TEST_SUITE("authenticate") {
    TEST_CASE("a good report of every key kind is authentic") {
        for (const AkKind kind : ak_kinds) {
            CAPTURE(name(kind));
            const ReportScene scene(kind);
            const auto authentic = scene.check(scene.report());
            REQUIRE(authentic);
            CHECK(authentic->device() == scene.device);
            CHECK(authentic->attest().clock == scene.attest.clock);
            CHECK(authentic->asked() == scene.challenge.selection);
        }
    }

    TEST_CASE("any single bit of the quote flipped is a rejected attempt (CVE-2023-3674)") {
        for (const AkKind kind : ak_kinds) {
            CAPTURE(name(kind));
            const ReportScene scene(kind);
            const Report good = scene.report();
            for (std::size_t bit = 0; bit < good.quote.size() * 8; ++bit) {
                Report changed = good;
                changed.quote = flipped(good.quote, bit);
                const auto result = scene.check(changed);
                CAPTURE(bit);
                REQUIRE_FALSE(result.has_value());
                const Reason expected = bit < 32   ? Reason::attest_bad_magic
                                        : bit < 48 ? Reason::attest_wrong_type
                                                   : Reason::signature_invalid;
                CHECK(result.error().reason == expected);
            }
        }
    }

    TEST_CASE("any single bit of the signature flipped is a rejected attempt (CVE-2023-3674)") {
        const std::set<Reason> allowed{
            Reason::signature_malformed, Reason::signature_wrong_algorithm, Reason::signature_invalid
        };
        for (const AkKind kind : ak_kinds) {
            CAPTURE(name(kind));
            const ReportScene scene(kind);
            const Report good = scene.report();
            for (std::size_t bit = 0; bit < good.signature.size() * 8; ++bit) {
                Report changed = good;
                changed.signature = flipped(good.signature, bit);
                const auto result = scene.check(changed);
                CAPTURE(bit);
                REQUIRE_FALSE(result.has_value());
                CHECK(allowed.contains(result.error().reason));
            }
        }
    }

    TEST_CASE("a signature that is cut, longer, empty, zero or of another key is a rejected attempt") {
        const ReportScene scene;
        const Report good = scene.report();
        for (std::size_t size = 0; size < good.signature.size(); ++size) {
            Report cut = good;
            cut.signature.resize(size);
            CHECK(reason_of(scene.check(cut)) == Reason::signature_malformed);
        }
        Report longer = good;
        longer.signature.push_back(0);
        CHECK(reason_of(scene.check(longer)) == Reason::signature_malformed);
        Report zero = good;
        zero.signature = encode_tpm_signature({.r = Bytes(32), .s = Bytes(32)});
        CHECK(reason_of(scene.check(zero)) == Reason::signature_invalid);
        zero.signature = encode_tpm_signature({.r = {}, .s = {}});
        CHECK(reason_of(scene.check(zero)) == Reason::signature_invalid);
        Report other = good;
        other.signature = SoftAk().sign(good.quote);
        CHECK(reason_of(scene.check(other)) == Reason::signature_invalid);
    }

    TEST_CASE("the enrolled key's scheme and hash count, not the signature's (go-attestation 491, 515)") {
        const ReportScene scene;
        Report sent = scene.report();
        sent.signature = SoftAk(AkKind::rsa2048_sha256).sign(sent.quote);
        CHECK(reason_of(scene.check(sent)) == Reason::signature_wrong_algorithm);
        sent.signature = SoftAk(AkKind::ecc_p384_sha384).sign(sent.quote);
        CHECK(reason_of(scene.check(sent)) == Reason::signature_wrong_algorithm);
        TpmSignature labelled = decode_tpm_signature(scene.report().signature).value();
        labelled.hash = HashAlg::sha1;
        sent.signature = encode_tpm_signature(labelled);
        CHECK(reason_of(scene.check(sent)) == Reason::signature_wrong_algorithm);
    }

    TEST_CASE("the malleable twin of an ECDSA signature changes nothing that is kept") {
        const ReportScene scene;
        const Report good = scene.report();
        Report twin = good;
        twin.signature = scene.ak.malleable_twin(good.signature);
        REQUIRE(twin.signature != good.signature);
        const auto first = std::get<VerifiedQuote>(scene.verify(good));
        const auto second = std::get<VerifiedQuote>(scene.verify(twin));
        CHECK(
            establish_facts(replay_log(first, nullptr), {}, {}, scene.uploads(), scene.now)->attest_sha256() ==
            establish_facts(replay_log(second, nullptr), {}, {}, scene.uploads(), scene.now)->attest_sha256()
        );
    }

    TEST_CASE("an earlier nonce, another connection, another device, another key (also of a resumed connection)") {
        ReportScene scene;
        const Report good = scene.report();
        REQUIRE(scene.check(good));
        for (std::size_t bit = 0; bit < 256; ++bit) {
            const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
            for (std::uint8_t* changed :
                 {&scene.challenge.nonce[bit / 8], &scene.exporter[bit / 8], &scene.device.value[bit / 8]}) {
                *changed ^= mask;
                CHECK(reason_of(scene.check(good)) == Reason::binding_mismatch);
                *changed ^= mask;
            }
        }
        REQUIRE(scene.check(good));
        const ReportScene other;
        CHECK(reason_of(scene.check(good, other.key, scene.now)) == Reason::signature_invalid);
    }

    TEST_CASE("any byte of the statement changed is a rejected attempt, and so is one more or one fewer") {
        const ReportScene scene;
        const Report good = scene.report();
        for (std::size_t at = 0; at < good.statement.size(); ++at) {
            Report changed = good;
            changed.statement[at] ^= 1U;
            CAPTURE(at);
            CHECK(reason_of(scene.check(changed)) == Reason::binding_mismatch);
        }
        Report longer = good;
        longer.statement.push_back(' ');
        CHECK(reason_of(scene.check(longer)) == Reason::binding_mismatch);
        longer.statement.resize(good.statement.size() - 1);
        CHECK(reason_of(scene.check(longer)) == Reason::binding_mismatch);
    }

    TEST_CASE("the asked selection is part of what is signed") {
        ReportScene scene;
        const Report good = scene.report();
        scene.challenge.selection = select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 7});
        CHECK(reason_of(scene.check(good)) == Reason::binding_mismatch);
    }

    TEST_CASE("a signed structure without TPM_GENERATED_VALUE is refused (CVE-2024-29038, CVE-2024-29040, charra 90)") {
        const ReportScene scene;
        Report sent = scene.report();
        sent.quote[0] = 0;
        sent.signature = scene.ak.sign(sent.quote);  // as an unrestricted key would
        CHECK(reason_of(scene.check(sent)) == Reason::attest_bad_magic);
    }

    TEST_CASE("a signed attestation of another type is refused") {
        const ReportScene scene;
        for (const std::uint8_t type : Bytes{0x14, 0x15, 0x16, 0x17, 0x19, 0x1a, 0x1c}) {
            Report sent = scene.report();
            sent.quote[5] = type;
            sent.signature = scene.ak.sign(sent.quote);
            CHECK(reason_of(scene.check(sent)) == Reason::attest_wrong_type);
        }
    }

    TEST_CASE("signed bytes that are no quote are refused: cut, longer, a flag that is neither yes nor no") {
        const ReportScene scene;
        const Report good = scene.report();
        for (std::size_t size = 0; size < good.quote.size(); ++size) {
            Report cut = good;
            cut.quote.resize(size);
            cut.signature = scene.ak.sign(cut.quote);
            CAPTURE(size);
            CHECK(reason_of(scene.check(cut)) == Reason::attest_malformed);
        }
        Report longer = good;
        longer.quote.push_back(0);
        longer.signature = scene.ak.sign(longer.quote);
        CHECK(reason_of(scene.check(longer)) == Reason::attest_malformed);
    }

    TEST_CASE("the key must sign as a primary key of the endorsement hierarchy") {
        const ReportScene scene;
        const SoftAk other;
        const Bytes signers[] = {
            scene.key.name(), endorsement_qualified_name(other.area()), {}, Bytes(scene.key.qualified_name().size())
        };
        for (const Bytes& signer : signers) {
            const Report sent = scene.report_with([&signer](QuoteAttest& attest) { attest.qualified_signer = signer; });
            CHECK(reason_of(scene.check(sent)) == Reason::signer_mismatch);
        }
    }

    TEST_CASE("extraData is compared whole: empty, a prefix, longer and other bytes are refused") {
        const ReportScene scene;
        const Bytes right = decode_quote_attest(scene.report().quote)->extra_data;
        Bytes longer = right;
        longer.push_back(0);
        for (const Bytes& wrong :
             {Bytes{}, Bytes(right.begin(), right.end() - 1), longer, Bytes(32), flipped(right, 255)}) {
            const Report sent = scene.report_with([&wrong](QuoteAttest& attest) { attest.extra_data = wrong; });
            CHECK(reason_of(scene.check(sent)) == Reason::binding_mismatch);
        }
    }

    TEST_CASE("a nonce lives 60 seconds to the millisecond, and does not come back when the clock is set back") {
        const ReportScene scene;
        const Report good = scene.report();
        const auto at = [&](std::chrono::milliseconds after) {
            return scene.check(good, scene.key, scene.now + after);
        };
        CHECK(at(std::chrono::milliseconds(0)));
        CHECK(at(std::chrono::milliseconds(59'999)));
        CHECK(reason_of(at(std::chrono::milliseconds(60'000))) == Reason::nonce_expired);
        CHECK(reason_of(at(std::chrono::milliseconds(60'001))) == Reason::nonce_expired);
        CHECK(reason_of(at(std::chrono::milliseconds(-1))) == Reason::nonce_expired);
    }

    TEST_CASE("no refusal tells what was expected (CVE-2023-38201)") {
        const ReportScene scene;
        const Bytes right = decode_quote_attest(scene.report().quote)->extra_data;
        const Report sent = scene.report_with([](QuoteAttest& attest) { attest.extra_data = Bytes(32); });
        const auto result = scene.check(sent);
        REQUIRE_FALSE(result.has_value());
        const std::string answer = encode_refusal(refusal_of(result.error()));
        CHECK(answer.find(to_hex(right)) == std::string::npos);
        CHECK(answer.find(to_hex(scene.challenge.nonce)) == std::string::npos);
        CHECK(decode_refusal(answer)->reason == "binding_mismatch");
        CHECK(decode_refusal(answer)->code == "mismatch");
    }

    TEST_CASE("what is no report is a malformed message that names the field") {
        const auto refused = [](std::string_view body) { return decode_signed_report(body).error(); };
        CHECK(refused("").reason == Reason::malformed_message);
        CHECK(refused("{}").code == Errc::missing_field);
        CHECK(refused(R"({"quote":"AA","quote":"AA","signature":"AA","statement":"AA"})").code == Errc::duplicate_key);
        CHECK(refused(R"({"extra":1,"quote":"AA","signature":"AA","statement":"AA"})").code == Errc::unknown_field);
        const ReportScene scene;
        Report big = scene.report();
        big.quote = Bytes(limits::attest_bytes + 1);
        CHECK(refused(encode_report(big)).code == Errc::limit_exceeded);
        big = scene.report();
        big.signature = Bytes(limits::signature_bytes + 1);  // go-attestation 500: a huge SignatureSize
        CHECK(refused(encode_report(big)).code == Errc::limit_exceeded);
    }
}
