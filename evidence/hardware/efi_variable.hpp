#pragma once
// A UEFI variable as Linux's efivarfs gives it, and what Secure Boot's variables hold (UEFI 2.10, 8.2 and 32.4.1). What
// firmware answers for its variables is its own claim: what has booted is told by the TPM's event log, not by these.
// Pure; a decoded value looks at the bytes it was given.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

struct EfiVariable {
    std::uint32_t attributes = 0;  // EFI_VARIABLE_*
    ByteView data;
};
// Four bytes of attributes, little-endian, and the data. Errors: truncated.
Result<EfiVariable> decode_efi_variable(ByteView file);

// A variable of one byte that is 0 or 1: SecureBoot, SetupMode, AuditMode, DeployedMode, ... Errors: bad_value.
Result<bool> decode_efi_flag(ByteView data);

struct EfiSignature {
    std::array<std::uint8_t, 16> owner{};  // GUID, as stored
    ByteView data;                         // a hash, or a certificate, or what the list's type says
};
struct EfiSignatureList {
    std::array<std::uint8_t, 16> type{};  // GUID, as stored
    std::vector<EfiSignature> signatures;
};
// The content of PK, KEK, db, dbx and their like: EFI_SIGNATURE_LISTs one after the other, to the end of `data`.
// Errors: limit_exceeded (over max_efi_signature_bytes, limits::efi_signature_lists, limits::efi_signatures),
// truncated, bad_value (sizes that do not fit each other).
inline constexpr std::size_t max_efi_signature_bytes = 1U << 20U;
Result<std::vector<EfiSignatureList>> decode_efi_signature_lists(ByteView data);

// "x509", "sha256", "x509_sha256", ..., or the GUID of a type that the specification does not name.
std::string efi_signature_type(const EfiSignatureList& list);

}  // namespace assay
