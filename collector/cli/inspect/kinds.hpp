#pragma once
// The kinds of file that `assay inspect KIND FILE` decodes. A kind is a line of this list and a function in a file of
// its own: from the bytes of the file to what stands in them. Decoded only: no signature is checked, and what a device
// says of itself may be a lie.

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

#include <span>
#include <string_view>

namespace assay::cli {

struct InspectKind {
    std::string_view name;
    std::string_view what;      // it decodes, for the help
    std::string_view expected;  // for who gave something else
    Result<json::Object> (*decode)(ByteView bytes);
};

std::span<const InspectKind> inspect_kinds();

Result<json::Object> inspect_ima(ByteView bytes);
Result<json::Object> inspect_optionrom(ByteView bytes);
Result<json::Object> inspect_quote(ByteView bytes);
Result<json::Object> inspect_smbios(ByteView bytes);
Result<json::Object> inspect_transceiver(ByteView bytes);

}  // namespace assay::cli
