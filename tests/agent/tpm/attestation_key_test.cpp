#include "agent/tpm/attestation_key.hpp"

#include "agent/tpm/endorsement.hpp"
#include "evidence/tpm/attest.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"
#include "tests/support/swtpm.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace assay;
using namespace assay::agent;

namespace {

constexpr AkKind all_kinds[] = {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256};

void write_file(const std::string& path, ByteView bytes) {
    std::ofstream(path, std::ios::binary) << as_text(bytes);
}

bool signed_by(const PublicArea& area, HashAlg alg, const TpmQuote& quote) {
    const auto key = public_key_of(area);
    const auto signature = decode_tpm_signature(quote.signature);
    REQUIRE(key);
    REQUIRE(signature);
    CHECK(signature->hash == alg);
    const Digest digest = hash(alg, quote.attest);
    return signature->scheme == SignatureScheme::ecdsa ? key->verify_ecdsa(digest, signature->r, signature->s)
                                                       : key->verify_rsassa(digest, signature->rsa);
}

struct MadeCredential {
    Bytes blob;
    Bytes secret;
};

// As tpm2_makecredential writes it: magic, version, TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET.
MadeCredential read_credential(const std::string& path) {
    const Bytes file = test::read_file(path);
    Reader reader(file);
    REQUIRE(reader.u32be() == 0xbadcc0de);
    REQUIRE(reader.u32be() == 1);
    MadeCredential out;
    out.blob = to_bytes(reader.sized16(1024, "credential"));
    out.secret = to_bytes(reader.sized16(1024, "secret"));
    REQUIRE(reader.finish("credential"));
    return out;
}

MadeCredential make_credential(
    const test::Swtpm& swtpm, const EndorsementKey& ek, const Bytes& ak_name, const std::string& secret
) {
    const std::string dir = swtpm.directory();
    Bytes sized{
        static_cast<std::uint8_t>(ek.public_area.size() >> 8U), static_cast<std::uint8_t>(ek.public_area.size())
    };
    sized.insert(sized.end(), ek.public_area.begin(), ek.public_area.end());
    write_file(dir + "/ek.pub", sized);
    write_file(dir + "/secret", as_bytes(secret));
    const auto made = test::run_command(
        "TPM2TOOLS_TCTI=" + swtpm.tcti() + " tpm2_makecredential -u " + dir + "/ek.pub -s " + dir + "/secret -n " +
        to_hex(ak_name) + " -o " + dir + "/credential"
    );
    CAPTURE(made.output);
    REQUIRE(made.status == 0);
    return read_credential(dir + "/credential");
}

}  // namespace

TEST_SUITE("attestation_key") {
    TEST_CASE("the same TPM makes the same key again, another TPM another one") {
        test::Swtpm swtpm;
        const test::Swtpm other(1);
        for (const AkKind kind : all_kinds) {
            CAPTURE(name(kind));
            const auto first = AttestationKey::create(*Tpm::open(swtpm.tcti()), kind);
            REQUIRE(first);
            const Bytes first_name = first->name();
            CHECK(matching_ak_kind(first->public_area()) == kind);
            CHECK(tpm_name(first->public_area()) == first_name);
        }
        const Bytes before = AttestationKey::create(*Tpm::open(swtpm.tcti()), AkKind::ecc_p256_sha256)->name();
        swtpm.power_cycle();
        CHECK(AttestationKey::create(*Tpm::open(swtpm.tcti()), AkKind::ecc_p256_sha256)->name() == before);
        CHECK(AttestationKey::create(*Tpm::open(other.tcti()), AkKind::ecc_p256_sha256)->name() != before);
    }

    TEST_CASE("quotes say what was asked, signed by the key of the endorsement hierarchy") {
        const test::Swtpm swtpm;
        for (const AkKind kind : all_kinds) {
            for (const HashAlg bank : {HashAlg::sha256, HashAlg::sha384}) {
                CAPTURE(name(kind));
                CAPTURE(name(bank));
                const auto tpm = Tpm::open(swtpm.tcti());
                auto key = AttestationKey::create(*tpm, kind);
                REQUIRE(key);
                const PcrSelection selection = select_pcrs(bank, {0, 1, 2, 3, 4, 5, 6, 7, 10, 14});
                const Bytes extra = to_bytes(hash(key->hash(), as_bytes("x")).bytes());
                const auto quote = key->quote(extra, selection);
                REQUIRE(quote);
                CHECK(signed_by(key->public_area(), key->hash(), *quote));
                const auto attest = decode_quote_attest(quote->attest);
                REQUIRE(attest);
                CHECK(attest->extra_data == extra);
                CHECK(same_meaning(attest->selection, selection));
                CHECK(attest->qualified_signer == endorsement_qualified_name(key->public_area()));
                const auto clock = tpm->read_clock();
                CHECK(attest->clock.reset_count == clock->reset_count);  // not obfuscated
                CHECK(attest->firmware_version == tpm->properties()->firmware_version);
                const auto digest = pcr_digest(key->hash(), selection, *tpm->read_pcrs(selection));
                REQUIRE(digest);
                CHECK(same_bytes(digest->bytes(), attest->pcr_digest));
            }
        }
    }

    TEST_CASE("a quote over an inactive bank has an empty selection, which is not what was asked") {
        const test::Swtpm swtpm;
        auto key = AttestationKey::create(*Tpm::open(swtpm.tcti()), AkKind::ecc_p256_sha256);
        REQUIRE(key);
        const PcrSelection selection = select_pcrs(HashAlg::sha512, {0, 1});
        const auto quote = key->quote(as_bytes("x"), selection);
        REQUIRE(quote);
        CHECK_FALSE(same_meaning(decode_quote_attest(quote->attest)->selection, selection));
    }

    TEST_CASE("tpm2_checkquote accepts the same quote") {
        const test::Swtpm swtpm;
        const std::string dir = swtpm.directory();
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::rsa2048_sha256}) {
            CAPTURE(name(kind));
            auto key = AttestationKey::create(*Tpm::open(swtpm.tcti()), kind);
            REQUIRE(key);
            const Sha256 extra = sha256("qualifying data");
            const auto quote = key->quote(extra, select_pcrs(HashAlg::sha256, {0, 7, 10}));
            REQUIRE(quote);
            write_file(dir + "/quote.msg", quote->attest);
            write_file(dir + "/quote.sig", quote->signature);
            write_file(dir + "/ak.der", public_key_of(key->public_area())->spki());
            const auto checked = test::run_command(
                "set -e; cd " + dir + "; export TPM2TOOLS_TCTI=" + swtpm.tcti() +
                "; openssl pkey -pubin -inform DER -in ak.der -out ak.pem" +
                "; tpm2_pcrread -Q -o pcrs sha256:0,7,10; tpm2_checkquote -u ak.pem -m quote.msg -s quote.sig -f pcrs" +
                " -l sha256:0,7,10 -g sha256 -q " + to_hex(extra)
            );
            CAPTURE(checked.output);
            CHECK(checked.status == 0);
        }
    }

    TEST_CASE("RSA-2048, P-256 and P-384 endorsement keys activate a credential made for them and no other") {
        const test::Swtpm swtpm;
        const auto tpm = Tpm::open(swtpm.tcti());
        const auto endorsement = read_endorsement(*tpm, [] {});
        REQUIRE(endorsement);
        REQUIRE(endorsement->keys.size() == 3);
        std::vector<MadeCredential> made;
        {
            const auto ak_name = AttestationKey::create(*tpm, AkKind::ecc_p256_sha256)->name();
            for (const OfferedKey& ek : endorsement->keys)
                made.push_back(make_credential(swtpm, ek.key, ak_name, "secret " + std::to_string(made.size())));
        }
        const auto again = Tpm::open(swtpm.tcti());  // tpm2-tools took the connection
        auto key = AttestationKey::create(*again, AkKind::ecc_p256_sha256);
        REQUIRE(key);
        for (std::size_t i = 0; i < made.size(); ++i) {
            CAPTURE(i);
            const auto secret = key->activate(endorsement->keys[i].ek, made[i].blob, made[i].secret);
            REQUIRE(secret);
            CHECK(to_text(*secret) == "secret " + std::to_string(i));
            const auto& wrong = made[(i + 1) % made.size()];
            CHECK_FALSE(key->activate(endorsement->keys[i].ek, wrong.blob, wrong.secret));
            Bytes spoilt = made[i].blob;
            spoilt.back() ^= 1;
            CHECK_FALSE(key->activate(endorsement->keys[i].ek, spoilt, made[i].secret));
        }
        // After a TPM Reset no saved context loads: the keys are made anew.
        const auto reset = test::run_command(
            "swtpm_ioctl --unix " + swtpm.directory() + "/tpm.ctrl -i && TPM2TOOLS_TCTI=" + swtpm.tcti() +
            " tpm2_startup -c"
        );
        REQUIRE(reset.status == 0);
        for (std::size_t i = 0; i < made.size(); ++i) {
            const auto secret = key->activate(endorsement->keys[i].ek, made[i].blob, made[i].secret);
            CHECK_MESSAGE(secret, (secret ? "" : secret.error().message()));
        }
        auto stranger = AttestationKey::create(*again, AkKind::ecc_p384_sha384);
        REQUIRE(stranger);
        CHECK_FALSE(stranger->activate(endorsement->keys[0].ek, made[0].blob, made[0].secret));
        CHECK(again->loaded_handles().value() == LoadedHandles{2, 0});
    }

    TEST_CASE("a TPM Reset under the running agent: the key is made anew and quotes on") {
        test::Swtpm swtpm;
        auto tpm = Tpm::open(swtpm.tcti());
        auto key = AttestationKey::create(*tpm, AkKind::ecc_p256_sha256);
        REQUIRE(key);
        const std::uint32_t resets = tpm->read_clock()->reset_count;
        const auto reset = test::run_command(
            "swtpm_ioctl --unix " + swtpm.directory() + "/tpm.ctrl -i && TPM2TOOLS_TCTI=" + swtpm.tcti() +
            " tpm2_startup -c"
        );
        CAPTURE(reset.output);
        REQUIRE(reset.status == 0);
        CHECK(tpm->read_clock()->reset_count == resets + 1);
        const auto quote = key->quote(as_bytes("x"), select_pcrs(HashAlg::sha256, {0}));
        CHECK(quote);
        CHECK(tpm->loaded_handles()->transient == 1);
    }

    TEST_CASE("objects left behind by a killed program do not keep the agent out") {
        const test::Swtpm swtpm;
        for (int i = 0; i < 3; ++i) {
            REQUIRE(test::run_command("TPM2TOOLS_TCTI=" + swtpm.tcti() + " tpm2_createprimary -Q -C o").status == 0);
        }
        const auto tpm = Tpm::open(swtpm.tcti());
        CHECK(tpm->loaded_handles()->transient == 3);
        auto key = AttestationKey::create(*tpm, AkKind::ecc_p256_sha256);
        REQUIRE(key);
        CHECK(key->quote(as_bytes("x"), select_pcrs(HashAlg::sha256, {0})));
        CHECK(tpm->loaded_handles()->transient == 1);
    }

    TEST_CASE("1,000 quotes and PCR readings leave no object and no session behind") {
        const test::Swtpm swtpm;
        const auto tpm = Tpm::open(swtpm.tcti());
        const LoadedHandles before = tpm->loaded_handles().value();
        CHECK(before == LoadedHandles{0, 0});
        {
            auto key = AttestationKey::create(*tpm, AkKind::ecc_p256_sha256);
            REQUIRE(key);
            const PcrSelection selection = select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14});
            for (int i = 0; i < 1000; ++i) {
                REQUIRE(key->quote(sha256(std::to_string(i)), selection));
                REQUIRE(tpm->read_pcrs(selection));
            }
            CHECK(tpm->loaded_handles().value() == LoadedHandles{1, 0});  // the key itself
        }
        CHECK(tpm->loaded_handles().value() == before);
    }
}
