#include "agent/tpm/tpm.hpp"

#include "tests/support/command.hpp"
#include "tests/support/swtpm.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

TEST_SUITE("tpm") {
    TEST_CASE("says what it is") {
        const test::Swtpm swtpm;
        const auto tpm = Tpm::open(swtpm.tcti());
        REQUIRE(tpm);
        const auto facts = tpm->properties();
        REQUIRE(facts);
        CHECK(facts->manufacturer == 0x49424d00);  // "IBM"
        CHECK(facts->vendor_string == "SW   TPM");
        CHECK(facts->firmware_version != 0);
        CHECK(facts->revision >= 138);
        CHECK_FALSE(facts->in_lockout);
        CHECK(tpm->active_banks().value() == std::vector{HashAlg::sha1, HashAlg::sha256, HashAlg::sha384});
        CHECK(firmware_version_text(0x0001002600030004) == "1.38.3.4");
    }

    TEST_CASE("tells its specification, and the names of its algorithms and curves as tpm2_getcap prints them") {
        const test::Swtpm swtpm;
        const auto tpm = Tpm::open(swtpm.tcti());
        REQUIRE(tpm);
        CHECK(tpm->properties()->family == "2.0");
        CHECK(tpm->properties()->year >= 2016);
        const std::string tools = "TPM2TOOLS_TCTI=" + swtpm.tcti() + " ";
        const auto printed =
            test::run_command(tools + "tpm2_getcap algorithms | grep -v '^ ' | tr -d ':' | tr '\\n' ' '");
        const auto algorithms = tpm->algorithms();
        REQUIRE(algorithms);
        CHECK(algorithms->find("0x") == std::string::npos);
        CHECK(*algorithms + " " == printed.output);
        const auto curves = tpm->curves();
        REQUIRE(curves);
        CHECK(curves->find("nist_p256 nist_p384") != std::string::npos);
        CHECK(curves->find("0x") == std::string::npos);
    }

    TEST_CASE("PCRs are read whole, over several commands and banks") {
        const test::Swtpm swtpm;
        const std::string tools = "TPM2TOOLS_TCTI=" + swtpm.tcti() + " ";
        REQUIRE(test::run_command(tools + "tpm2_pcrextend 7:sha256=" + std::string(64, 'a')).status == 0);
        const auto tpm = Tpm::open(swtpm.tcti());
        REQUIRE(tpm);
        const PcrSelection all{{HashAlg::sha256, 0xffffff}, {HashAlg::sha384, 0x0000ff}};
        const auto values = tpm->read_pcrs(all);
        REQUIRE(values);
        CHECK(values->at(HashAlg::sha256).size() == 24);
        CHECK(values->at(HashAlg::sha384).size() == 8);
        CHECK(values->at(HashAlg::sha256).at(*PcrIndex::from(0)).all(0));
        CHECK_FALSE(values->at(HashAlg::sha256).at(*PcrIndex::from(7)).all(0));
        CHECK(values->at(HashAlg::sha256).at(*PcrIndex::from(17)).all(0xff));
        CHECK(tpm->read_pcrs(select_pcrs(HashAlg::sha512, {0})).error().code == Errc::not_found);
    }

    TEST_CASE("NV indexes are listed and read whole; what is not there is not found") {
        const test::Swtpm swtpm;
        const auto tpm = Tpm::open(swtpm.tcti());
        REQUIRE(tpm);
        const auto indexes = tpm->nv_indexes(0x01c00000, 0x01c001ff);
        REQUIRE(indexes);
        CHECK(*indexes == std::vector<std::uint32_t>{0x01c00002, 0x01c0000a, 0x01c00016});
        CHECK(tpm->nv_indexes(0x01c0000b, 0x01c00015)->empty());
        const auto certificate = tpm->read_nv(0x01c00002, 8192);
        REQUIRE(certificate);
        CHECK(certificate->size() > 900);
        CHECK(certificate->front() == 0x30);
        CHECK(tpm->read_nv(0x01c00002, certificate->size()));
        CHECK(tpm->read_nv(0x01c00002, certificate->size() - 1).error().code == Errc::limit_exceeded);
        CHECK(tpm->read_nv(0x01c00018, 8192).error().code == Errc::not_found);
    }

    TEST_CASE("an NV index with a password is denied") {
        const test::Swtpm swtpm;
        const std::string tools = "TPM2TOOLS_TCTI=" + swtpm.tcti() + " ";
        const auto defined =
            test::run_command(tools + "tpm2_nvdefine 0x01c00018 -C o -s 8 -p secret -a 'authread|ownerwrite'");
        CAPTURE(defined.output);
        REQUIRE(defined.status == 0);
        const auto tpm = Tpm::open(swtpm.tcti());
        REQUIRE(tpm);
        CHECK(tpm->read_nv(0x01c00018, 8192).error().code == Errc::denied);
    }

    TEST_CASE("the clock counts resets") {
        test::Swtpm swtpm;
        const auto before = Tpm::open(swtpm.tcti())->read_clock();
        REQUIRE(before);
        swtpm.power_cycle();
        const auto after = Tpm::open(swtpm.tcti())->read_clock();
        REQUIRE(after);
        CHECK(after->reset_count == before->reset_count + 1);
    }

    TEST_CASE("no library, no device, nobody there: each is said") {
        CHECK(Tpm::open("nonsense:x").error().code == Errc::not_found);
        CHECK_FALSE(tcti_library_present("nonsense:x"));
        CHECK(tcti_library_present("device:/dev/tpmrm0"));
        CHECK_FALSE(Tpm::open("device:/nonexistent"));
        CHECK_FALSE(Tpm::open("swtpm:path=/nonexistent"));
    }
}
