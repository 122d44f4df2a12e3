#pragma once
// The list of IMA measurements and the PCRs of the recorded boot, tests/data/vm-measured-boot.

#include "evidence/runtime/ima_list.hpp"
#include "evidence/tpm/pcr.hpp"
#include "tests/support/files.hpp"

#include <array>

namespace assay::test {

inline constexpr std::array captured_banks{HashAlg::sha1, HashAlg::sha256, HashAlg::sha384};

inline std::vector<ImaEntry> captured_ima_list() {
    return decode_ima_list(data("vm-measured-boot/ima/binary_runtime_measurements")).entries;
}

inline Digest captured_pcr(HashAlg bank, unsigned pcr) {
    const Bytes all = data("vm-measured-boot/tpm/pcrs." + std::string(name(bank)) + ".bin");
    return *Digest::of(bank, ByteView(all).subspan(pcr * digest_size(bank), digest_size(bank)));
}

inline PcrValues captured_pcr_values() {
    PcrValues out;
    for (const HashAlg bank : captured_banks) {
        for (unsigned pcr = 0; pcr < 24; ++pcr) out[bank].emplace(*PcrIndex::from(pcr), captured_pcr(bank, pcr));
    }
    return out;
}

}  // namespace assay::test
