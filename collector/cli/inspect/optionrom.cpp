#include "base/encoding.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "evidence/hardware/option_rom.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

// What PE/COFF and UEFI 2.10 call the numbers that are met in ROMs; "" for the rest.
std::string machine_name(std::uint16_t machine) {
    switch (machine) {
        case 0x014c: return "ia32";
        case 0x0200: return "ia64";
        case 0x0ebc: return "ebc";
        case 0x8664: return "x64";
        case 0xaa64: return "aarch64";
        case 0x5064: return "riscv64";
        default: return "";
    }
}

std::string subsystem_name(std::uint16_t subsystem) {
    switch (subsystem) {
        case 10: return "application";
        case 11: return "boot_service_driver";
        case 12: return "runtime_driver";
        default: return "";
    }
}

json::Object numbered(std::uint16_t number, const std::string& name) {
    json::Object out{{"number", fmt::format("{:04x}", number)}};
    if (!name.empty()) out["name"] = name;
    return out;
}

json::Object image_value(const option_rom::Image& image) {
    json::Object out{
        {"offset", static_cast<std::int64_t>(image.offset)},
        {"size", static_cast<std::int64_t>(image.size)},
        {"code_type", option_rom::code_type_name(image.code_type)},
        {"pci", fmt::format("{:04x}:{:04x}", image.vendor, image.device)},
        {"class", fmt::format("{:06x}", image.class_code)},
        {"structure_revision", image.structure_revision},
        {"code_revision", fmt::format("{:04x}", image.code_revision)},
        {"last", image.last},
        {"sha256", to_hex(image.sha256)},
    };
    if (image.sums_to_zero) out["checksum"] = *image.sums_to_zero ? "right" : "wrong";
    if (image.efi) {
        out["efi"] = json::Object{
            {"subsystem", numbered(image.efi->subsystem, subsystem_name(image.efi->subsystem))},
            {"machine", numbered(image.efi->machine, machine_name(image.efi->machine))},
            {"compression", image.efi->compression},
        };
    }
    return out;
}

}  // namespace

Result<json::Object> inspect_optionrom(ByteView bytes) {
    TRY(const option_rom::Chain chain, option_rom::decode_chain(bytes));
    json::Array images;
    for (const option_rom::Image& one : chain.images) images.push_back(image_value(one));
    json::Object out{
        {"type", "optionrom"},
        {"images", std::move(images)},
        {"size", static_cast<std::int64_t>(chain.size)},
        {"sha256", to_hex(chain.sha256)},
        {"behind_chain", static_cast<std::int64_t>(bytes.size() - chain.size)},
        {"verified", "nothing: decoded only, no signature in an image was checked"},
    };
    if (chain.broken) out["broken"] = chain.broken->message();
    return out;
}

}  // namespace assay::cli
