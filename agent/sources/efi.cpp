#include "agent/sources/efi.hpp"

#include "base/text.hpp"
#include "evidence/hardware/efi_variable.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

namespace assay::agent {
namespace {

const std::string efi = "sys/firmware/efi";
const std::string variables = efi + "/efivars";
const std::string esrt = efi + "/esrt/entries";
constexpr std::size_t max_esrt_entries = 128;  // as many as the kernel accepts (drivers/firmware/efi/esrt.c)

// UEFI 2.10, 3.3 and 32.4; shim's are its copies of what it stores (MokVars.txt).
constexpr std::string_view global = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr std::string_view image_security = "d719b2cb-3d3a-4596-a3bc-dad00e67656f";
constexpr std::string_view shim = "605dab50-e046-4300-abb6-3dd810dd8b23";

struct Variable {
    std::string_view name;
    std::string_view guid;
    std::string_view shown_as;
};
constexpr std::array flags{
    Variable{"SecureBoot", global, "secure_boot"}, Variable{"SetupMode", global, "setup_mode"},
    Variable{"AuditMode", global, "audit_mode"},   Variable{"DeployedMode", global, "deployed_mode"},
    Variable{"VendorKeys", global, "vendor_keys"}, Variable{"MokSBStateRT", shim, "shim_validation_off"},
};
constexpr std::array key_lists{
    Variable{"PK", global, "pk"},
    Variable{"KEK", global, "kek"},
    Variable{"db", image_security, "db"},
    Variable{"dbx", image_security, "dbx"},
    Variable{"dbt", image_security, "dbt"},
    Variable{"dbr", image_security, "dbr"},
    Variable{"MokListRT", shim, "mok_list"},
    Variable{"MokListXRT", shim, "mok_list_x"},
};
constexpr Variable sbat_level{"SbatLevelRT", shim, "sbat_level"};

// The file of a variable; nullopt when there is none or it could not be read, which then stands in the account.
std::optional<std::string> read_variable(const View& view, const Variable& variable, Account& account) {
    const std::string path = fmt::format("{}/{}-{}", variables, variable.name, variable.guid);
    auto bytes = view.read(path, max_efi_signature_bytes);
    if (bytes) return *std::move(bytes);
    if (bytes.error().code != Errc::not_found && bytes.error().code != Errc::gone) account.failed(bytes.error());
    return std::nullopt;
}

Error of_variable(const Variable& variable, const Error& error) {
    return {
        error.code, fmt::format("{}/{}-{}", variables, variable.name, variable.guid), error.where + ": " + error.what
    };
}

void add_flag(const View& view, const Variable& variable, Component& component, Account& account) {
    const auto bytes = read_variable(view, variable, account);
    if (!bytes) return;
    const auto read = decode_efi_variable(as_bytes(*bytes));
    const auto flag = read ? decode_efi_flag(read->data) : Result<bool>(fail(read.error()));
    if (!flag) account.failed(of_variable(variable, flag.error()));
    component.names[std::string(variable.shown_as)] =
        flag ? Reading::of(*flag ? "1" : "0") : Reading::unreadable(std::string(word(flag.error().code)));
}

// "sha256 77, x509 4": how many signatures of which type.
std::string counts_of(const std::vector<EfiSignatureList>& lists) {
    std::map<std::string, std::size_t> counts;
    for (const EfiSignatureList& list : lists) counts[efi_signature_type(list)] += list.signatures.size();
    std::string out;
    for (const auto& [type, count] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", type, count);
    return out;
}

void add_key_list(const View& view, const Variable& variable, Component& component, Account& account) {
    const auto bytes = read_variable(view, variable, account);
    if (!bytes) return;
    const std::string name(variable.shown_as);
    component.contents[name] = sha256(as_bytes(*bytes));
    const auto read = decode_efi_variable(as_bytes(*bytes));
    const auto lists =
        read ? decode_efi_signature_lists(read->data) : Result<std::vector<EfiSignatureList>>(fail(read.error()));
    if (!lists) account.failed(of_variable(variable, lists.error()));
    component.names[name] = lists ? Reading::of(clean_text(counts_of(*lists), limits::text_bytes))
                                  : Reading::unreadable(std::string(word(lists.error().code)));
}

// "sbat,1,2021030218\n" and a line for each program whose older versions shim refuses.
void add_sbat_level(const View& view, Component& component, Account& account) {
    const auto bytes = read_variable(view, sbat_level, account);
    if (!bytes) return;
    component.contents[std::string(sbat_level.shown_as)] = sha256(as_bytes(*bytes));
    const auto read = decode_efi_variable(as_bytes(*bytes));
    if (!read) {
        account.failed(of_variable(sbat_level, read.error()));
        return;
    }
    const std::string_view text = as_text(read->data);
    component.names[std::string(sbat_level.shown_as)] =
        Reading::of(clean_text(text.substr(0, text.find('\n')), limits::text_bytes));
}

void add_secure_boot(const View& view, Account& account) {
    const auto listed = view.list(variables);
    if (!listed) {
        // A kernel without EFI runtime services has no such directory.
        if (listed.error().code != Errc::not_found) account.failed(listed.error());
        return;
    }
    if (listed->empty()) {
        account.failed(SourceState::error, variables + ": efivarfs is not mounted");
        return;
    }
    Component component;
    component.kind = ComponentKind::firmware;
    component.key = "firmware/secure_boot";
    for (const Variable& one : flags) add_flag(view, one, component, account);
    for (const Variable& one : key_lists) add_key_list(view, one, component, account);
    add_sbat_level(view, component, account);
    account.found.components.push_back(std::move(component));
}

Component esrt_entry(const View& view, const std::string& path, Account& account) {
    const auto value = [&](const char* name) {
        Reading reading = read_text(view, path + "/" + name);
        if (!reading.absent() && !reading.readable()) {
            account.failed(
                reading.why() == "denied" ? SourceState::denied : SourceState::error,
                path + "/" + name + ": " + reading.why()
            );
        }
        return reading;
    };
    Component component;
    component.kind = ComponentKind::firmware;
    component.key = "firmware/esrt/";
    const Reading fw_class = value("fw_class");
    component.key += fw_class.has_value() ? fw_class.text() : "unknown";
    add_name(component, "fw_class", fw_class);
    add_name(component, "fw_type", value("fw_type"));
    add_name(component, "lowest_supported", value("lowest_supported_fw_version"));
    add_name(component, "capsule_flags", value("capsule_flags"));
    add_name(component, "last_attempt_version", value("last_attempt_version"));
    add_name(component, "last_attempt_status", value("last_attempt_status"));
    if (Reading version = value("fw_version"); !version.absent()) {
        component.firmware.push_back({"firmware", std::move(version), std::nullopt, "esrt"});
    }
    return component;
}

void add_esrt(const View& view, Account& account) {
    const auto entries = view.list(esrt, max_esrt_entries);
    if (!entries) {
        if (entries.error().code != Errc::not_found) account.failed(entries.error());
        return;
    }
    std::map<std::string, int> given;
    for (const std::string& entry : *entries) {
        Component component = esrt_entry(view, esrt + "/" + entry, account);
        const int before = given[component.key]++;
        if (before > 0) component.key += "/" + std::to_string(before);
        account.found.placement[component.key]["entry"] = clean_text(entry, limits::text_bytes);
        account.found.components.push_back(std::move(component));
    }
}

}  // namespace

Found read_efi(const View& view) {
    Account account("efi");
    if (!view.is_directory(efi)) return account.absent("no " + efi);
    add_secure_boot(view, account);
    add_esrt(view, account);
    account.covered("firmware/esrt");
    account.covered("firmware/secure_boot");
    return account.finish();
}

}  // namespace assay::agent
