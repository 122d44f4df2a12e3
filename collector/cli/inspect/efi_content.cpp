#include "collector/cli/inspect/efi_content.hpp"

#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "base/reader.hpp"
#include "certs/certificate_summary.hpp"
#include "evidence/boot/boot_text.hpp"
#include "evidence/boot/load_option.hpp"
#include "evidence/boot/variable_event.hpp"
#include "evidence/hardware/efi_variable.hpp"
#include "evidence/hardware/guid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::cli {
namespace {

constexpr std::size_t owner_bytes = 16;
constexpr std::uint8_t der_sequence = 0x30;

constexpr std::array<std::string_view, 8> flags{"SecureBoot", "SetupMode",      "AuditMode",  "DeployedMode",
                                                "VendorKeys", "MokListTrusted", "MokSBState", "MokListTrustedRT"};
constexpr std::array<std::string_view, 4> orders{"BootOrder", "DriverOrder", "SysPrepOrder", "BootNext"};
constexpr std::array<std::string_view, 6> paths{"ConIn", "ConOut", "ErrOut", "ConInDev", "ConOutDev", "ErrOutDev"};
constexpr std::array<std::string_view, 4> options{"Boot", "Driver", "SysPrep", "PlatformRecovery"};

template <std::size_t count>
bool among(const std::array<std::string_view, count>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// "Boot001F": UEFI 2.10, 3.3.
bool names_option(std::string_view name) {
    return std::ranges::any_of(options, [name](std::string_view stem) {
        if (name.size() != stem.size() + 4 || !name.starts_with(stem)) return false;
        return name.find_first_not_of("0123456789ABCDEFabcdef", stem.size()) == std::string_view::npos;
    });
}

json::Object malformed(const Error& error, ByteView data) {
    json::Object out = bytes_value(data);
    out["malformed"] = error.message();
    return out;
}

json::Object signature_value(const std::string& type, const EfiSignature& one) {
    json::Object out{{"owner", guid_text(one.owner)}};
    if (type == "x509") {
        out["certificate"] = certificate_value(one.data);
    } else {
        out["hash"] = to_hex(one.data);
    }
    return out;
}

json::Object lists_value(ByteView data) {
    const auto lists = decode_efi_signature_lists(data);
    if (!lists) return malformed(lists.error(), data);
    json::Array out;
    for (const EfiSignatureList& list : *lists) {
        const std::string type = efi_signature_type(list);
        json::Array signatures;
        for (const EfiSignature& one : list.signatures) signatures.push_back(signature_value(type, one));
        out.push_back(json::Object{{"type", type}, {"signatures", std::move(signatures)}});
    }
    return {{"signature_lists", std::move(out)}};
}

json::Object option_value(ByteView data) {
    const auto option = decode_load_option(data);
    if (!option) return malformed(option.error(), data);
    json::Object out{{"title", option->title()}, {"active", option->active()}};
    out["attributes"] = fmt::format("{:08x}", option->attributes);
    if (const auto decoded = paths_of(*option)) {
        json::Array texts;
        for (const DevicePath& one : *decoded) texts.push_back(json::Value(text(one)));
        out["device_paths"] = std::move(texts);
    } else {
        out["device_paths"] = malformed(decoded.error(), option->paths);
    }
    if (!option->optional_data.empty()) out["optional_data"] = to_hex(option->optional_data);
    return {{"load_option", std::move(out)}};
}

json::Object order_value(ByteView data) {
    Reader reader(data);
    json::Array out;
    while (reader.left() > 0) out.push_back(json::Value(fmt::format("{:04X}", reader.u16le())));
    if (const auto end = reader.finish("order"); !end) return malformed(end.error(), data);
    return {{"order", std::move(out)}};
}

}  // namespace

json::Object bytes_value(ByteView data) {
    return {{"size", data.size()}, {"sha256", to_hex(sha256(data))}, {"hex", to_hex(data)}};
}

json::Object certificate_value(ByteView der) {
    json::Object out{{"sha256", to_hex(sha256(der))}, {"size", der.size()}};
    const auto summary = read_certificate_summary(der);
    if (!summary) {
        out["malformed"] = summary.error().message();
        return out;
    }
    out["subject"] = summary->subject;
    out["issuer"] = summary->issuer;
    out["serial"] = summary->serial;
    out["not_before"] = to_rfc3339(summary->not_before);
    out["not_after"] = to_rfc3339(summary->not_after);
    return out;
}

json::Object device_path_value(ByteView bytes) {
    const auto path = decode_device_path(bytes);
    if (!path) return malformed(path.error(), bytes);
    json::Object out{{"text", text(*path)}};
    if (!path->trailing.empty()) out["trailing"] = to_hex(path->trailing);
    return out;
}

json::Object efi_content(std::string_view name, ByteView data) {
    if (data.empty()) return {{"size", 0}};
    if (boot::holds_signature_lists(name)) return lists_value(data);
    if (names_option(name)) return option_value(data);
    if (among(orders, name)) return order_value(data);
    if (among(paths, name)) return {{"device_path", device_path_value(data)}};
    if (among(flags, name)) {
        const auto flag = decode_efi_flag(data);
        return flag ? json::Object{{"enabled", *flag}} : malformed(flag.error(), data);
    }
    if (name == "Timeout" && data.size() == 2) return {{"number", Reader(data).u16le()}};
    if (name == "BootCurrent" && data.size() == 2) return {{"number", Reader(data).u16le()}};
    if (const auto text = boot::read_text(data)) return {{"text", text->shown()}};
    return bytes_value(data);
}

json::Object authority_content(std::string_view name, ByteView data) {
    const bool owned = data.size() > owner_bytes && data[owner_bytes] == der_sequence;
    if (owned && read_certificate_summary(data.subspan(owner_bytes))) {
        return {
            {"owner", guid_text(data.first<owner_bytes>())},
            {"certificate", certificate_value(data.subspan(owner_bytes))}
        };
    }
    if (!data.empty() && data[0] == der_sequence && read_certificate_summary(data)) {
        return {{"certificate", certificate_value(data)}};
    }
    constexpr std::size_t sha256_entry = owner_bytes + 32;
    if (boot::holds_signature_lists(name) && data.size() == sha256_entry) {
        return {{"owner", guid_text(data.first<owner_bytes>())}, {"hash", to_hex(data.subspan(owner_bytes))}};
    }
    return efi_content(name, data);
}

}  // namespace assay::cli
