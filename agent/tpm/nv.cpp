// Reading NV indexes, for Tpm. Their size and attributes come from the TPM and are bounded before they are used.

#include "agent/tpm/esys.hpp"
#include "agent/tpm/tpm.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

// Whom the index lets read with an empty authorisation: itself, else the owner.
Result<ESYS_TR> reader_of(const TPMS_NV_PUBLIC& area, ESYS_TR index) {
    if ((area.attributes & TPMA_NV_AUTHREAD) != 0) return index;
    if ((area.attributes & TPMA_NV_OWNERREAD) != 0) return ESYS_TR{ESYS_TR_RH_OWNER};
    return fail(Errc::denied, "TPM2_NV_Read", "neither the index's own nor the owner's authorisation may read it");
}

}  // namespace

Result<Bytes> Tpm::read_nv(std::uint32_t index, std::size_t max_bytes) const {
    ESYS_CONTEXT* const esys = context_->esys;
    ESYS_TR raw_handle = ESYS_TR_NONE;
    CHECK_OK(check_rc(
        Esys_TR_FromTPMPublic(esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &raw_handle), "TPM2_NV_ReadPublic"
    ));
    const EsysHandle handle(context_, raw_handle, EsysHandle::End::forget);
    TPM2B_NV_PUBLIC* raw_area = nullptr;
    CHECK_OK(check_rc(
        Esys_NV_ReadPublic(esys, handle.get(), ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &raw_area, nullptr),
        "TPM2_NV_ReadPublic"
    ));
    const EsysOwned<TPM2B_NV_PUBLIC> area(raw_area);
    const std::size_t size = area->nvPublic.dataSize;
    if (size > max_bytes) return fail(Errc::limit_exceeded, "TPM2_NV_ReadPublic", "the index is larger than expected");
    TRY(const ESYS_TR reader, reader_of(area->nvPublic, handle.get()));
    TRY(const TpmProperties facts, properties());
    const std::size_t chunk = std::clamp<std::size_t>(facts.nv_buffer_max, 64, TPM2_MAX_NV_BUFFER_SIZE);

    Bytes out;
    while (out.size() < size) {
        TPM2B_MAX_NV_BUFFER* raw_part = nullptr;
        CHECK_OK(check_rc(
            Esys_NV_Read(
                esys, reader, handle.get(), ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                static_cast<UINT16>(std::min(chunk, size - out.size())), static_cast<UINT16>(out.size()), &raw_part
            ),
            "TPM2_NV_Read"
        ));
        const EsysOwned<TPM2B_MAX_NV_BUFFER> part(raw_part);
        if (part->size == 0 || part->size > std::min(chunk, size - out.size())) {
            return fail(Errc::bad_value, "TPM2_NV_Read", "another size than asked");
        }
        out.insert(out.end(), part->buffer, part->buffer + part->size);
    }
    return out;
}

}  // namespace assay::agent
