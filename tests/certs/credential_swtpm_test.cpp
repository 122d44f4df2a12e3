// A TPM opens the credentials that certs/credential.cpp makes: tpm2_activatecredential on a software TPM, for RSA-2048,
// P-256 and P-384 endorsement keys.

#include "base/crypto/random.hpp"
#include "base/writer.hpp"
#include "certs/credential.hpp"
#include "evidence/tpm/templates.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"
#include "tests/support/swtpm.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace assay;

namespace {

void write_file(const std::string& path, const Bytes& bytes) {
    std::ofstream out(path, std::ios::binary);
    out << as_text(bytes);
    REQUIRE(out.good());
}

// cred.blob of tpm2-tools: magic, version, TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET.
Bytes tools_blob(const CredentialChallenge& challenge) {
    return Writer().u32be(0xbadcc0de).u32be(1).sized16(challenge.credential_blob).sized16(challenge.secret).take();
}

struct EkKind {
    const char* template_name;
    const char* make;  // leaves the public area in ek.pub
    const char* key;   // context file or handle
    // Low-range templates want a policy session; high-range ones take the key's (empty) password.
    bool policy;
};

}  // namespace

TEST_SUITE("credential on a TPM") {
    TEST_CASE("a TPM activates our credentials with RSA-2048, P-256 and P-384 endorsement keys, and no changed one") {
        const test::Swtpm tpm;
        const std::string in = "cd " + tpm.directory() + " && export TPM2TOOLS_TCTI='" + tpm.tcti() + "' && ";
        const auto run = [&in](const std::string& line) { return test::run_command(in + line); };
        const EkKind kinds[] = {
            {"L-1", "tpm2_createek -Q -G rsa -c ek.ctx -u ek.pub", "ek.ctx", true},
            {"L-2", "tpm2_createek -Q -G ecc -c ek.ctx -u ek.pub", "ek.ctx", true},
            {"H-3", "tpm2_readpublic -Q -c 0x81010016 -f tss -o ek.pub", "0x81010016", false},
        };
        for (const EkKind& kind : kinds) {
            CAPTURE(std::string(kind.template_name));
            const std::string parent = "-C " + std::string(kind.key);
            const auto made =
                run(std::string(kind.make) +
                    " && tpm2_createprimary -Q -C e -G ecc256:ecdsa-sha256:null -c ak.ctx -a "
                    "'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|sign' && "
                    "tpm2_readpublic -Q -c ak.ctx -n ak.name && tpm2_flushcontext -t");
            CAPTURE(made.output);
            REQUIRE(made.status == 0);
            const auto ek = decode_public_area(test::unsized(test::read_file(tpm.directory() + "/ek.pub")));
            REQUIRE(ek);
            REQUIRE(matching_ek_template(*ek)->name == kind.template_name);
            const Bytes secret = to_bytes("0123456789abcdef0123456789abcdef");
            const Bytes name = test::read_file(tpm.directory() + "/ak.name");
            const CredentialChallenge challenge = make_credential(*ek, name, secret, &system_random).value();
            const std::string open =
                "tpm2_startauthsession -Q --policy-session -S session.ctx && "
                "tpm2_policysecret -Q -S session.ctx -c e && ";
            const std::string close = "; status=$?; tpm2_flushcontext session.ctx; tpm2_flushcontext -t; exit $status";
            const std::string activate =
                "rm -f secret.out; " + (kind.policy ? open : "") + "tpm2_activatecredential -Q -c ak.ctx " + parent +
                " -i cred.blob -o secret.out" + (kind.policy ? " -P session:session.ctx" + close : "");

            write_file(tpm.directory() + "/cred.blob", tools_blob(challenge));
            const auto activated = run(activate);
            CAPTURE(activated.output);
            REQUIRE(activated.status == 0);
            CHECK(test::read_file(tpm.directory() + "/secret.out") == secret);

            CredentialChallenge changed = challenge;
            changed.credential_blob.back() ^= 1U;
            write_file(tpm.directory() + "/cred.blob", tools_blob(changed));
            CHECK(run(activate).status != 0);
        }
    }
}
