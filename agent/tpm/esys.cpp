#include "agent/tpm/esys.hpp"

#include <tss2/tss2_mu.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

// A TPM response code without the handle, session or parameter that it complains about. Part 2, "Response Code
// Details".
TSS2_RC bare(TSS2_RC code) {
    constexpr TSS2_RC format_one = TPM2_RC_FMT1;
    return (code & format_one) != 0 ? code & (format_one | 0x3fU) : code;
}

Errc meaning_of_tpm_code(TSS2_RC code) {
    switch (bare(code)) {
        case TPM2_RC_AUTH_FAIL:
        case TPM2_RC_BAD_AUTH:
        case TPM2_RC_AUTH_MISSING:
        case TPM2_RC_AUTH_TYPE:
        case TPM2_RC_AUTH_UNAVAILABLE:
        case TPM2_RC_NV_AUTHORIZATION:
        case TPM2_RC_NV_LOCKED:
        case TPM2_RC_POLICY_FAIL:
        case TPM2_RC_HIERARCHY:
        case TPM2_RC_LOCKOUT: return Errc::denied;
        case TPM2_RC_HANDLE:
        case TPM2_RC_NV_UNINITIALIZED: return Errc::not_found;
        case TPM2_RC_REFERENCE_H0:
        case TPM2_RC_REFERENCE_H1:
        case TPM2_RC_REFERENCE_S0:
        case TPM2_RC_REFERENCE_S1: return Errc::gone;
        case TPM2_RC_OBJECT_MEMORY:
        case TPM2_RC_SESSION_MEMORY:
        case TPM2_RC_MEMORY:
        case TPM2_RC_OBJECT_HANDLES:
        case TPM2_RC_SESSION_HANDLES: return Errc::limit_exceeded;
        case TPM2_RC_ASYMMETRIC:
        case TPM2_RC_CURVE:
        case TPM2_RC_HASH:
        case TPM2_RC_KDF:
        case TPM2_RC_KEY_SIZE:
        case TPM2_RC_SCHEME:
        case TPM2_RC_SYMMETRIC:
        case TPM2_RC_COMMAND_CODE: return Errc::unsupported;
        case TPM2_RC_ATTRIBUTES:
        case TPM2_RC_INTEGRITY:
        case TPM2_RC_SIZE:
        case TPM2_RC_TYPE:
        case TPM2_RC_VALUE: return Errc::bad_value;
        case TPM2_RC_RETRY:
        case TPM2_RC_TESTING:
        case TPM2_RC_YIELDED: return Errc::timed_out;
        default: return Errc::io_error;
    }
}

Errc meaning_of(TSS2_RC code) {
    const TSS2_RC layer = code & TSS2_RC_LAYER_MASK;
    if (layer == 0 || layer == TSS2_RESMGR_TPM_RC_LAYER) return meaning_of_tpm_code(code & ~TSS2_RC_LAYER_MASK);
    switch (code & ~TSS2_RC_LAYER_MASK) {
        case TSS2_BASE_RC_IO_ERROR:
        case TSS2_BASE_RC_NO_CONNECTION: return Errc::gone;
        case TSS2_BASE_RC_NOT_PERMITTED: return Errc::denied;
        case TSS2_BASE_RC_TRY_AGAIN: return Errc::timed_out;
        case TSS2_BASE_RC_NOT_SUPPORTED: return Errc::unsupported;
        default: return Errc::io_error;
    }
}

}  // namespace

EsysContext::~EsysContext() {
    if (esys != nullptr) Esys_Finalize(&esys);
    if (tcti != nullptr) Tss2_TctiLdr_Finalize(&tcti);
}

EsysHandle::~EsysHandle() {
    if (!*this) return;
    if (end_ == End::flush && Esys_FlushContext(context_->esys, handle_) == TSS2_RC_SUCCESS) return;
    Esys_TR_Close(context_->esys, &handle_);
}

Error tpm_error(TSS2_RC code, std::string_view command) {
    return Error{meaning_of(code), std::string(command), Tss2_RC_Decode(code)};
}

Result<TPM2B_PUBLIC> to_tss(const PublicArea& area) {
    const Bytes bytes = encode_public_area(area);
    TPM2B_PUBLIC out{};
    std::size_t offset = 0;
    CHECK_OK(
        check_rc(Tss2_MU_TPMT_PUBLIC_Unmarshal(bytes.data(), bytes.size(), &offset, &out.publicArea), "TPMT_PUBLIC")
    );
    return out;
}

Result<PublicArea> from_tss(const TPM2B_PUBLIC& area) {
    std::array<BYTE, sizeof(TPMT_PUBLIC)> buffer{};
    std::size_t size = 0;
    CHECK_OK(check_rc(Tss2_MU_TPMT_PUBLIC_Marshal(&area.publicArea, buffer.data(), buffer.size(), &size), "TPMT_PUBLIC")
    );
    return decode_public_area(ByteView(buffer).first(size));
}

Result<TPML_PCR_SELECTION> to_tss(const PcrSelection& selection) {
    const Bytes bytes = encode_pcr_selection(selection);
    TPML_PCR_SELECTION out{};
    std::size_t offset = 0;
    CHECK_OK(
        check_rc(Tss2_MU_TPML_PCR_SELECTION_Unmarshal(bytes.data(), bytes.size(), &offset, &out), "TPML_PCR_SELECTION")
    );
    return out;
}

PcrSelection from_tss(const TPML_PCR_SELECTION& selection) {
    PcrSelection out;
    for (UINT32 i = 0; i < std::min<UINT32>(selection.count, TPM2_NUM_PCR_BANKS); ++i) {
        const TPMS_PCR_SELECTION& bank = selection.pcrSelections[i];
        const std::optional<HashAlg> alg = hash_alg_of(bank.hash);
        if (!alg) continue;
        PcrBankSelection one{*alg, 0};
        for (std::uint32_t byte = 0; byte < std::min<std::uint32_t>(bank.sizeofSelect, 3); ++byte) {
            one.pcrs |= std::uint32_t{bank.pcrSelect[byte]} << (8U * byte);
        }
        if (one.pcrs != 0) out.push_back(one);
    }
    return out;
}

Result<Bytes> encode(const TPMT_SIGNATURE& signature) {
    std::array<BYTE, sizeof(TPMT_SIGNATURE)> buffer{};
    std::size_t size = 0;
    CHECK_OK(check_rc(Tss2_MU_TPMT_SIGNATURE_Marshal(&signature, buffer.data(), buffer.size(), &size), "TPMT_SIGNATURE")
    );
    return to_bytes(ByteView(buffer).first(size));
}

}  // namespace assay::agent
