#pragma once
// UEFI_VARIABLE_DATA: a variable as it was measured, or what in it authorised an image. PFP 1.06, "UEFI_VARIABLE_DATA".
// As a rule its digest is of the whole structure; for boot variables of most firmware of the data alone. Pure; views
// look at the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evidence/boot/no_action.hpp"

#include <string>
#include <string_view>

namespace assay::boot {

struct Variable {
    RawGuid vendor{};
    ByteView name;  // UTF-16LE, without NUL
    ByteView data;
    ByteView trailing;  // behind the structure: shim before 15.3 measured some bytes more

    std::string name_text() const;  // cleaned, at most limits::text_bytes
};

inline constexpr std::string_view efi_global_variable = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
inline constexpr std::string_view efi_image_security_database = "d719b2cb-3d3a-4596-a3bc-dad00e67656f";
inline constexpr std::string_view shim_lock = "605dab50-e046-4300-abb6-3dd810dd8b23";

// truncated: its lengths say more than is there.
Result<Variable> decode_variable(ByteView data);
Bytes encode_variable(const Variable& variable);

// Whether the name, under any vendor, is one whose content are signature lists: PK, KEK, db, dbx, dbt, dbr, and the
// lists of shim. Of EV_EFI_VARIABLE_AUTHORITY the data is one EFI_SIGNATURE_DATA.
bool holds_signature_lists(std::string_view name);

}  // namespace assay::boot
