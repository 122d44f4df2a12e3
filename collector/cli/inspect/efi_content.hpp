#pragma once
// The content of a UEFI variable as JSON, by the variable's name: lists of signatures with their certificates, boot
// options with their paths, flags, orders, texts. For `assay inspect efivar` and `eventlog`. Decoded only.

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "evidence/boot/device_path.hpp"

#include <string_view>

namespace assay::cli {

// One member that says what it is: "signature_lists", "load_option", "enabled", "order", "device_path", "text",
// "number". What is none of these, or not what its name asks for: "size", "sha256" and "hex", with "malformed" saying
// why.
json::Object efi_content(std::string_view name, ByteView data);

// Of EV_EFI_VARIABLE_AUTHORITY: the one entry of db, MokList or the like that an image was accepted by, an
// EFI_SIGNATURE_DATA, or a certificate alone; else as efi_content has it.
json::Object authority_content(std::string_view name, ByteView data);

json::Object certificate_value(ByteView der);
json::Object bytes_value(ByteView data);
// "text", or "malformed" and "hex".
json::Object device_path_value(ByteView bytes);

}  // namespace assay::cli
