#include "tests/agent/tpm/extend_pcr.hpp"

#include "agent/tpm/esys.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::test {

void extend_pcr(const agent::Tpm& tpm, unsigned pcr, ByteView data) {
    TPML_DIGEST_VALUES digests{};
    const auto add = [&digests, data](HashAlg bank, TPMI_ALG_HASH id, auto place) {
        TPMT_HA& one = digests.digests[digests.count++];
        one.hashAlg = id;
        const Digest digest = hash(bank, data);
        std::ranges::copy(digest.bytes(), (one.digest.*place));
    };
    add(HashAlg::sha1, TPM2_ALG_SHA1, &TPMU_HA::sha1);
    add(HashAlg::sha256, TPM2_ALG_SHA256, &TPMU_HA::sha256);
    add(HashAlg::sha384, TPM2_ALG_SHA384, &TPMU_HA::sha384);
    const TSS2_RC code = Esys_PCR_Extend(
        tpm.context()->esys, ESYS_TR_PCR0 + pcr, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &digests
    );
    REQUIRE(code == TSS2_RC_SUCCESS);
}

}  // namespace assay::test
