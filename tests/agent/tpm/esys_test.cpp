#include "agent/tpm/esys.hpp"

#include "evidence/tpm/templates.hpp"

#include <doctest/doctest.h>
#include <tss2/tss2_esys.h>

using namespace assay;
using namespace assay::agent;

TEST_SUITE("esys") {
    TEST_CASE("response codes have a meaning, whatever handle or parameter they complain about") {
        const auto meaning = [](TSS2_RC code) { return tpm_error(code, "x").code; };
        for (const TSS2_RC at : {TSS2_RC{0}, TPM2_RC_H + TPM2_RC_1, TPM2_RC_P + TPM2_RC_2, TPM2_RC_S + TPM2_RC_1}) {
            CAPTURE(at);
            CHECK(meaning(TPM2_RC_AUTH_FAIL + at) == Errc::denied);
            CHECK(meaning(TPM2_RC_HANDLE + at) == Errc::not_found);
            CHECK(meaning(TPM2_RC_CURVE + at) == Errc::unsupported);
            CHECK(meaning(TPM2_RC_INTEGRITY + at) == Errc::bad_value);
        }
        CHECK(meaning(TPM2_RC_LOCKOUT) == Errc::denied);
        CHECK(meaning(TPM2_RC_REFERENCE_H0) == Errc::gone);
        CHECK(meaning(TPM2_RC_OBJECT_MEMORY) == Errc::limit_exceeded);
        CHECK(meaning(TPM2_RC_RETRY) == Errc::timed_out);
        CHECK(meaning(TPM2_RC_FAILURE) == Errc::io_error);
        CHECK(meaning(TSS2_RESMGR_TPM_RC_LAYER + TPM2_RC_OBJECT_MEMORY) == Errc::limit_exceeded);
        CHECK(meaning(TSS2_TCTI_RC_IO_ERROR) == Errc::gone);
        CHECK(meaning(TSS2_TCTI_RC_NOT_PERMITTED) == Errc::denied);
        CHECK(meaning(TSS2_ESYS_RC_GENERAL_FAILURE) == Errc::io_error);
        CHECK_FALSE(tpm_error(TPM2_RC_FAILURE, "TPM2_Quote").what.empty());
        CHECK(tpm_error(TPM2_RC_FAILURE, "TPM2_Quote").where == "TPM2_Quote");
    }

    TEST_CASE("public areas and selections survive the way into the TSS's structures and back") {
        for (const EkTemplate& kind : ek_templates()) {
            CAPTURE(kind.name);
            CHECK(from_tss(*to_tss(kind.area)).value() == kind.area);
        }
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CHECK(from_tss(*to_tss(ak_template(kind))).value() == ak_template(kind));
        }
        const PcrSelection selection{{HashAlg::sha256, 0x804081}, {HashAlg::sha384, 1}};
        CHECK(from_tss(*to_tss(selection)) == selection);
        TPML_PCR_SELECTION odd{};
        odd.count = 2;
        odd.pcrSelections[0] = {.hash = TPM2_ALG_SM3_256, .sizeofSelect = 3, .pcrSelect = {1, 1, 1}};
        odd.pcrSelections[1] = {.hash = TPM2_ALG_SHA256, .sizeofSelect = 3, .pcrSelect = {0, 0, 0}};
        CHECK(from_tss(odd).empty());
    }

    TEST_CASE("what does not fit a TPM2B is refused and named") {
        TPM2B_DATA data{};
        CHECK(fill(data, data.buffer, Bytes(sizeof data.buffer), "x"));
        CHECK(data.size == sizeof data.buffer);
        const auto refused = fill(data, data.buffer, Bytes(sizeof data.buffer + 1), "x");
        CHECK(refused.error().code == Errc::limit_exceeded);
        CHECK(refused.error().where == "x");
    }
}
