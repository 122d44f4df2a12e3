#include "agent/tpm/endorsement.hpp"

#include "agent/tpm/attestation_key.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"
#include "tests/support/swtpm.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

std::vector<std::string_view> templates_of(const Endorsement& endorsement) {
    std::vector<std::string_view> out;
    for (const OfferedKey& offered : endorsement.keys) {
        const auto area = decode_public_area(offered.key.public_area);
        REQUIRE(area);
        const EkTemplate* kind = matching_ek_template(*area);
        out.push_back(kind == nullptr ? "none" : kind->name);
    }
    return out;
}

// The certificate carries the key's SubjectPublicKeyInfo, whatever else it says.
bool carries(const Bytes& certificate, const Bytes& spki) {
    return as_text(certificate).find(as_text(spki)) != std::string_view::npos;
}

}  // namespace

TEST_SUITE("endorsement") {
    TEST_CASE("every key with a certificate in NV is offered, and the certificate is the key's") {
        const test::Swtpm swtpm;
        const auto tpm = Tpm::open(swtpm.tcti());
        REQUIRE(tpm);
        const auto endorsement = read_endorsement(*tpm, [] {});
        REQUIRE(endorsement);
        CHECK(endorsement->notes.empty());
        CHECK(endorsement->chain.empty());
        CHECK(templates_of(*endorsement) == std::vector<std::string_view>{"L-1", "L-2", "H-3"});
        for (const OfferedKey& offered : endorsement->keys) {
            CAPTURE(offered.key.nv_index);
            const auto key = public_key_of(*decode_public_area(offered.key.public_area));
            REQUIRE(key);
            CHECK(carries(offered.key.certificate, key->spki()));
        }
        CHECK(tpm->loaded_handles().value() == LoadedHandles{0, 0});
    }

    TEST_CASE("a TPM without certificates offers its RSA key alone") {
        const test::Swtpm swtpm;
        const std::string tools = "TPM2TOOLS_TCTI=" + swtpm.tcti() + " ";
        for (const char* index : {"0x01c00002", "0x01c0000a", "0x01c00016"}) {
            REQUIRE(test::run_command(tools + "tpm2_nvundefine -C p " + index).status == 0);
        }
        const auto endorsement = read_endorsement(*Tpm::open(swtpm.tcti()), [] {});
        REQUIRE(endorsement);
        CHECK(templates_of(*endorsement) == std::vector<std::string_view>{"L-1"});
        CHECK(endorsement->keys[0].key.certificate.empty());
        CHECK(endorsement->keys[0].key.nv_index == 0);
    }

    TEST_CASE("a certificate that cannot be read is noted, and the other keys are offered") {
        const test::Swtpm swtpm;
        const std::string tools = "TPM2TOOLS_TCTI=" + swtpm.tcti() + " ";
        REQUIRE(
            test::run_command(
                tools + "tpm2_nvundefine -C p 0x01c00002 && " + tools +
                "tpm2_nvdefine 0x01c00002 -C o -s 8 -p secret -a 'authread|ownerwrite'"
            )
                .status == 0
        );
        const auto endorsement = read_endorsement(*Tpm::open(swtpm.tcti()), [] {});
        REQUIRE(endorsement);
        CHECK(templates_of(*endorsement) == std::vector<std::string_view>{"L-2", "H-3"});
        REQUIRE(endorsement->notes.size() == 1);
        CHECK(endorsement->notes[0].find("0x01c00002") != std::string::npos);
        CHECK(endorsement->notes[0].find("denied") != std::string::npos);
    }

    TEST_CASE("the chain is read over several indexes, and a nonce makes the key it made for the maker") {
        const test::Swtpm swtpm;
        const std::string tools = "TPM2TOOLS_TCTI=" + swtpm.tcti() + " ";
        const std::string first = swtpm.directory() + "/first";
        const std::string second = swtpm.directory() + "/second";
        const std::string captured =
            std::string(ASSAY_SOURCE_DIR) + "/tests/data/vm-measured-boot/tpm/nv-0x1c0000a.der";
        const auto made = test::run_command(
            "set -e; export TPM2TOOLS_TCTI=" + swtpm.tcti() + "; head -c 300 " + captured + " > " + first +
            "; tail -c +301 " + captured + " > " + second + "; for i in 100:first 101:second; do f=" +
            swtpm.directory() + "/${i#*:}; tpm2_nvdefine 0x01c00${i%:*} -C o -s $(stat -c %s $f) -a" +
            " 'authread|ownerread|ownerwrite'; tpm2_nvwrite 0x01c00${i%:*} -C o -i $f; done; printf noncenonce > " +
            first + "; tpm2_nvdefine 0x01c00003 -C o -s 10 -a 'authread|ownerread|ownerwrite'; " +
            "tpm2_nvwrite 0x01c00003 -C o -i " + first
        );
        CAPTURE(made.output);
        REQUIRE(made.status == 0);
        const auto tpm = Tpm::open(swtpm.tcti());
        const auto endorsement = read_endorsement(*tpm, [] {});
        REQUIRE(endorsement);
        CHECK(endorsement->chain == std::vector<Bytes>{test::read_file(captured)});
        const auto plain = make_endorsement_key(*tpm, ek_templates()[0].area);
        REQUIRE(plain);
        CHECK(encode_public_area(plain->area) != endorsement->keys[0].key.public_area);
        CHECK(templates_of(*endorsement)[0] == "L-1");
    }
}
