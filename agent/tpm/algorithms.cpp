// Which algorithms and curves a TPM has, for Tpm.

#include "agent/tpm/algorithm_names.hpp"
#include "agent/tpm/esys.hpp"
#include "agent/tpm/tpm.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

constexpr unsigned max_rounds = 64;

// TPM2_GetCapability of one list, from `next` on; what `take` adds to `out` ends with the last one that was told.
template <class Take>
Result<void> each_page(ESYS_CONTEXT* esys, TPM2_CAP capability, std::vector<std::uint16_t>& out, Take take) {
    std::uint32_t next = 0;
    for (unsigned round = 0; round < max_rounds; ++round) {
        TPMI_YES_NO more = TPM2_NO;
        TPMS_CAPABILITY_DATA* raw = nullptr;
        constexpr std::uint32_t many = 0x100;
        CHECK_OK(check_rc(
            Esys_GetCapability(esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, capability, next, many, &more, &raw),
            "TPM2_GetCapability"
        ));
        const EsysOwned<TPMS_CAPABILITY_DATA> data(raw);
        const std::size_t before = out.size();
        take(data->data, out);
        if (more != TPM2_YES || out.size() == before || out.back() < next) return {};
        next = std::uint32_t{out.back()} + 1;
    }
    return {};
}

void take_algorithms(const TPMU_CAPABILITIES& data, std::vector<std::uint16_t>& out) {
    const TPML_ALG_PROPERTY& list = data.algorithms;
    for (UINT32 i = 0; i < std::min<UINT32>(list.count, TPM2_MAX_CAP_ALGS); ++i)
        out.push_back(list.algProperties[i].alg);
}

void take_curves(const TPMU_CAPABILITIES& data, std::vector<std::uint16_t>& out) {
    const TPML_ECC_CURVE& list = data.eccCurves;
    for (UINT32 i = 0; i < std::min<UINT32>(list.count, TPM2_MAX_ECC_CURVES); ++i) out.push_back(list.eccCurves[i]);
}

std::string names_of(const std::vector<std::uint16_t>& ids, std::string (*name)(std::uint16_t)) {
    std::string out;
    for (const std::uint16_t id : ids) out += (out.empty() ? "" : " ") + name(id);
    return out;
}

}  // namespace

Result<std::string> Tpm::algorithms() const {
    std::vector<std::uint16_t> ids;
    CHECK_OK(each_page(context_->esys, TPM2_CAP_ALGS, ids, take_algorithms));
    return names_of(ids, algorithm_name);
}

Result<std::string> Tpm::curves() const {
    std::vector<std::uint16_t> ids;
    CHECK_OK(each_page(context_->esys, TPM2_CAP_ECC_CURVES, ids, take_curves));
    return names_of(ids, curve_name);
}

}  // namespace assay::agent
