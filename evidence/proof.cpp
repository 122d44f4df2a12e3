#include "evidence/proof.hpp"

namespace assay {

std::string_view name(ProofLevel level) {
    switch (level) {
        case ProofLevel::device_signed: return "device_signed";
        case ProofLevel::firmware_measured: return "firmware_measured";
        case ProofLevel::platform_certified: return "platform_certified";
        case ProofLevel::attested_os: return "attested_os";
        case ProofLevel::reported: return "reported";
        case ProofLevel::observed: return "observed";
        case ProofLevel::declared: return "declared";
    }
    return "declared";
}

Result<ProofLevel> proof_level_named(std::string_view wanted, std::string_view where) {
    for (int level = 0; level <= static_cast<int>(ProofLevel::declared); ++level) {
        if (name(static_cast<ProofLevel>(level)) == wanted) return static_cast<ProofLevel>(level);
    }
    return fail(Errc::bad_value, std::string(where), "no such proof level");
}

std::string_view meaning(ProofLevel level) {
    switch (level) {
        case ProofLevel::device_signed:
            return "the component signed the collector's nonce: a genuine responder answered";
        case ProofLevel::firmware_measured:
            return "its firmware's hash equals one that the boot firmware measured into the TPM";
        case ProofLevel::platform_certified:
            return "the maker's platform certificate for this TPM names it, and it is seen now";
        case ProofLevel::attested_os: return "read by an agent in a boot whose every measured executable was accepted";
        case ProofLevel::reported: return "reported under a good TPM quote; what booted and ran has not been accepted";
        case ProofLevel::observed: return "seen on the wire by a neighbour; it runs no agent";
        case ProofLevel::declared: return "declared by a person or read from a captured tree; no TPM stands behind it";
    }
    return "";
}

}  // namespace assay
