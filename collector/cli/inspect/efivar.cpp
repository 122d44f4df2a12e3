#include "base/text.hpp"
#include "collector/cli/inspect/efi_content.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "collector/cli/offline.hpp"
#include "evidence/hardware/efi_variable.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <array>

namespace assay::cli {
namespace {

constexpr std::size_t guid_characters = 36;

// UEFI 2.10, 8.2
json::Array attribute_names(std::uint32_t attributes) {
    constexpr std::array<std::string_view, 8> names{
        "non_volatile",          "bootservice_access",           "runtime_access",
        "hardware_error_record", "authenticated_write_access",   "time_based_authenticated_write_access",
        "append_write",          "enhanced_authenticated_access"
    };
    json::Array out;
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        if ((attributes >> bit & 1U) != 0) out.push_back(json::Value(names[bit]));
    }
    return out;
}

struct Called {
    std::string name;
    std::string vendor;  // "" when it is not said
};

// As efivarfs calls its files: the name, '-', and the vendor's GUID.
Called called(std::string_view file) {
    const std::size_t slash = file.rfind('/');
    if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
    Called out{clean_text(file, limits::text_bytes), {}};
    if (file.size() <= guid_characters + 1 || file[file.size() - guid_characters - 1] != '-') return out;
    const std::string_view guid = file.substr(file.size() - guid_characters);
    if (guid.find_first_not_of("0123456789abcdefABCDEF-") != std::string_view::npos) return out;
    return {clean_text(file.substr(0, file.size() - guid_characters - 1), limits::text_bytes), std::string(guid)};
}

}  // namespace

Result<std::string> inspect_efivar(ByteView bytes, const Inspect& command) {
    TRY(const EfiVariable variable, decode_efi_variable(bytes));
    const Called name = called(command.name.empty() ? command.file : command.name);
    json::Object out{{"type", "efivar"}, {"name", name.name}};
    if (!name.vendor.empty()) out["vendor"] = name.vendor;
    out["attributes"] = fmt::format("{:08x}", variable.attributes);
    out["attribute_names"] = attribute_names(variable.attributes);
    out["size"] = variable.data.size();
    out["content"] = efi_content(name.name, variable.data);
    out["verified"] = "nothing: what firmware answers for its variables is its own claim";
    return json::pretty(out);
}

}  // namespace assay::cli
