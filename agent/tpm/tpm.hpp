#pragma once
// A connection to a TPM 2.0 through ESYS, by a TCTI configuration string: "device:/dev/tpmrm0", "swtpm:path=SOCKET",
// "swtpm:host=127.0.0.1,port=2321". Blocking; for one thread. Facts read here are not signed by the TPM: what a
// collector is to believe stands in a quote (agent/tpm/attestation_key.hpp). Errors of every function: tpm_error in
// agent/tpm/esys.hpp. TPM 2.0 Library Part 3.

#include "base/result.hpp"
#include "evidence/tpm/attest.hpp"
#include "evidence/tpm/pcr.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

struct EsysContext;

// TPM2_GetCapability of the fixed and variable properties.
struct TpmProperties {
    std::uint32_t manufacturer = 0;      // TPM_PT_MANUFACTURER
    std::string vendor_string;           // TPM_PT_VENDOR_STRING_1..4 joined, cleaned
    std::uint64_t firmware_version = 0;  // TPM_PT_FIRMWARE_VERSION_1 << 32 | _2
    std::string family;                  // TPM_PT_FAMILY_INDICATOR, cleaned: "2.0"
    std::uint32_t revision = 0;          // TPM_PT_REVISION: 100 times the specification's
    std::uint32_t year = 0;              // TPM_PT_YEAR of the specification
    bool in_lockout = false;             // TPMA_PERMANENT.inLockout
    bool endorsement_auth_set = false;   // TPMA_PERMANENT.endorsementAuthSet
    std::uint32_t nv_buffer_max = 0;     // bytes that one TPM2_NV_Read gives
};
// "1.38.0.0": the four 16-bit parts of a firmware version.
std::string firmware_version_text(std::uint64_t version);

// Handles that hold memory of the TPM; through a resource manager only those of this connection.
struct LoadedHandles {
    std::size_t transient = 0;
    std::size_t sessions = 0;
    friend bool operator==(const LoadedHandles&, const LoadedHandles&) = default;
};

class Tpm {
  public:
    // `endorsement_auth` is the endorsement hierarchy's password, mostly empty.
    // not_found: no such TCTI library or device; denied: no permission; gone: nothing answers there.
    static Result<Tpm> open(const std::string& tcti, std::string_view endorsement_auth = {});

    Result<TpmProperties> properties() const;
    // Names (agent/tpm/algorithm_names.hpp) in the TPM's order, a blank between two.
    Result<std::string> algorithms() const;
    Result<std::string> curves() const;
    // Banks with at least one PCR allocated.
    Result<std::vector<HashAlg>> active_banks() const;
    // The values of exactly the selected PCRs, each as it was at some moment of the call: that they are of one moment
    // says a quote's pcrDigest. not_found: a bank or PCR that is not active.
    Result<PcrValues> read_pcrs(const PcrSelection& selection) const;
    Result<ClockInfo> read_clock() const;
    Result<LoadedHandles> loaded_handles() const;

    // Existing NV indexes from `first` to `last`, ascending.
    Result<std::vector<std::uint32_t>> nv_indexes(std::uint32_t first, std::uint32_t last) const;
    // The whole content of an NV index, read with the empty authorisation of the index or of the owner. not_found: no
    // such index, or never written. denied: it may not be read so. limit_exceeded: over max_bytes.
    Result<Bytes> read_nv(std::uint32_t index, std::size_t max_bytes) const;

    // Removes transient objects that nobody holds any more: left in a TPM without resource manager by a program that
    // was killed. REQUIRES: no key of this connection is loaded. How many were removed.
    Result<std::size_t> flush_strays() const;

    const std::shared_ptr<EsysContext>& context() const { return context_; }  // for files of agent/tpm

  private:
    explicit Tpm(std::shared_ptr<EsysContext> context) : context_(std::move(context)) {}
    std::shared_ptr<EsysContext> context_;
};

// Whether a TCTI library for the configuration string is there, for who explains why open() failed.
bool tcti_library_present(const std::string& tcti);

}  // namespace assay::agent
