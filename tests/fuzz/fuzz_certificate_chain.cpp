// Cutting a TPM vendor's certificate chain apart: what comes out, joined, is in the input, and cutting that again gives
// the same.

#include "agent/tpm/certificate_chain.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto certificates = assay::agent::split_certificates({data, size});
    if (!certificates) return 0;
    assay::Bytes joined;
    for (const assay::Bytes& certificate : *certificates)
        joined.insert(joined.end(), certificate.begin(), certificate.end());
    if (joined.size() > size) std::abort();
    const auto again = assay::agent::split_certificates(joined);
    if (!again || *again != *certificates) std::abort();
    return 0;
}
