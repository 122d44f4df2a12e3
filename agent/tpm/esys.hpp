#pragma once
// ESYS handles with their way to be released, response codes as errors, and our structures as the TSS's: for the files
// of agent/tpm only; no other file includes this or a TSS header. An EsysHandle keeps its context alive and knows
// whether its end is a flush (transient objects and sessions) or only forgetting it (NV indexes, persistent keys).

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/tpm/pcr.hpp"
#include "evidence/tpm/public_area.hpp"

#include <tss2/tss2_esys.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace assay::agent {

// The connection: ESYS over a TCTI. Released in the right order; not copied.
struct EsysContext {
    TSS2_TCTI_CONTEXT* tcti = nullptr;
    ESYS_CONTEXT* esys = nullptr;

    EsysContext() = default;
    EsysContext(const EsysContext&) = delete;
    EsysContext& operator=(const EsysContext&) = delete;
    ~EsysContext();
};
using EsysPtr = std::shared_ptr<EsysContext>;

struct EsysFree {
    void operator()(void* p) const noexcept { Esys_Free(p); }
};
template <class T>
using EsysOwned = std::unique_ptr<T, EsysFree>;  // what an Esys_ function returned through T**

class EsysHandle {
  public:
    enum class End { flush, forget };

    EsysHandle() = default;
    EsysHandle(EsysPtr context, ESYS_TR handle, End end) : context_(std::move(context)), handle_(handle), end_(end) {}
    EsysHandle(EsysHandle&& other) noexcept { swap(other); }
    EsysHandle& operator=(EsysHandle&& other) noexcept {
        EsysHandle fresh(std::move(other));
        swap(fresh);
        return *this;
    }
    ~EsysHandle();  // a TPM that is gone is not waited for

    ESYS_TR get() const { return handle_; }
    explicit operator bool() const { return handle_ != ESYS_TR_NONE; }

  private:
    void swap(EsysHandle& other) noexcept {
        std::swap(context_, other.context_);
        std::swap(handle_, other.handle_);
        std::swap(end_, other.end_);
    }
    EsysPtr context_;
    ESYS_TR handle_ = ESYS_TR_NONE;
    End end_ = End::forget;
};

// What a response code means here. `command` goes to Error::where, the TSS's own words to Error::what.
//   denied          authorisation failed, is locked out, or the hierarchy is disabled
//   not_found       no such NV index or object, or it was never written
//   gone            the TPM does not answer any more, or a handle vanished (a TPM reset)
//   limit_exceeded  no room for one more object or session
//   unsupported     algorithm, curve, key size or command that this TPM does not have
//   bad_value       a parameter that the TPM refuses, e.g. a credential made for another TPM
//   timed_out       the TPM stays busy
//   io_error        failure mode, and everything else
Error tpm_error(TSS2_RC code, std::string_view command);

inline Result<void> check_rc(TSS2_RC code, std::string_view command) {
    if (code != TSS2_RC_SUCCESS) return fail(tpm_error(code, command));
    return {};
}

// Our bytes in a TPM2B's buffer. limit_exceeded names `field`.
template <class Sized, std::size_t N>
Result<void> fill(Sized& out, BYTE (&buffer)[N], ByteView bytes, std::string_view field) {
    if (bytes.size() > N) return fail(Errc::limit_exceeded, std::string(field), "longer than the TPM takes");
    out.size = static_cast<UINT16>(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) buffer[i] = bytes[i];
    return {};
}

Result<TPM2B_PUBLIC> to_tss(const PublicArea& area);
Result<PublicArea> from_tss(const TPM2B_PUBLIC& area);
Result<TPML_PCR_SELECTION> to_tss(const PcrSelection& selection);
// Banks of hash algorithms that Assay knows, empty ones left out.
PcrSelection from_tss(const TPML_PCR_SELECTION& selection);
Result<Bytes> encode(const TPMT_SIGNATURE& signature);

}  // namespace assay::agent
