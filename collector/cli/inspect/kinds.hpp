#pragma once
// The kinds of file that `assay inspect KIND FILE` decodes. A kind is a line of this list and a function in a file of
// its own: from the bytes of the file to what stands in them. Decoded only: no signature is checked, and what a device
// says of itself may be a lie.

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace assay::cli {

struct Inspect;  // collector/cli/offline.hpp

// What a kind may be asked beside its file.
enum class InspectOption { none, pcrs, name };

struct InspectKind {
    std::string_view name;
    std::string_view what;      // it decodes, for the help
    std::string_view expected;  // for who gave something else
    Result<json::Object> (*decode)(ByteView bytes) = nullptr;
    // Of a kind with an option, instead of decode: the text that is printed.
    InspectOption option = InspectOption::none;
    Result<std::string> (*show)(ByteView bytes, const Inspect& command) = nullptr;
};

std::span<const InspectKind> inspect_kinds();

Result<std::string> inspect_efivar(ByteView bytes, const Inspect& command);
Result<std::string> inspect_eventlog(ByteView bytes, const Inspect& command);
Result<json::Object> inspect_optionrom(ByteView bytes);
Result<json::Object> inspect_quote(ByteView bytes);
Result<json::Object> inspect_smbios(ByteView bytes);
Result<json::Object> inspect_transceiver(ByteView bytes);

}  // namespace assay::cli
