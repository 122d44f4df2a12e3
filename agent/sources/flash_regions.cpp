#include "agent/sources/flash_regions.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr const char* changes = "not hashed: changes by itself";
constexpr const char* unit = "not hashed: holds what is this unit's";

struct Word {
    std::string_view label;
    FlashPlan plan;
};

// Labels in use by vendors' firmware, OpenWrt and U-Boot, in lower case, with '-' for '_' and blanks, without digits at
// the end and without Qualcomm's "0:" before.
constexpr std::array known{
    Word{"appsblenv", {changes}},
    Word{"bbt", {changes}},
    Word{"bootcount", {changes}},
    Word{"bootenv", {changes}},
    Word{"cfg", {changes}},
    Word{"config", {changes}},
    Word{"crash", {changes}},
    Word{"data", {changes}},
    Word{"env", {changes}},
    Word{"environment", {changes}},
    Word{"jffs", {changes}},
    Word{"log", {changes}},
    Word{"logs", {changes}},
    Word{"misc", {changes}},
    Word{"mrc-cache", {changes}},
    Word{"mtdoops", {changes}},
    Word{"nvram", {changes}},
    Word{"oops", {changes}},
    Word{"overlay", {changes}},
    Word{"panic", {changes}},
    Word{"pstore", {changes}},
    Word{"redundant-env", {changes}},
    Word{"rootfs-data", {changes}},
    Word{"rw-mrc-cache", {changes}},
    Word{"smmstore", {changes}},
    Word{"storage", {changes}},
    Word{"syslog", {changes}},
    Word{"tmp", {changes}},
    Word{"u-boot-env", {changes}},
    Word{"u-boot-environment", {changes}},
    Word{"ubi", {changes}},
    Word{"uboot-env", {changes}},
    Word{"uboot-environment", {changes}},
    Word{"ubootenv", {changes}},
    Word{"user-config", {changes}},
    Word{"userdata", {changes}},
    Word{"art", {unit}},
    Word{"board-data", {unit}},
    Word{"boarddata", {unit}},
    Word{"cal", {unit}},
    Word{"caldata", {unit}},
    Word{"calibration", {unit}},
    Word{"device-info", {unit}},
    Word{"devinfo", {unit}},
    Word{"eeprom", {unit}},
    Word{"factory", {unit}},
    Word{"mac", {unit}},
    Word{"manufacturing", {unit}},
    Word{"mfg", {unit}},
    Word{"product-info", {unit}},
    Word{"productinfo", {unit}},
    Word{"radio", {unit}},
    Word{"ro-vpd", {unit}},
    Word{"rw-vpd", {unit}},
    Word{"vpd", {unit}},
    Word{"appsbl", {}},
    Word{"atf", {}},
    Word{"barebox", {}},
    Word{"bl", {}},
    Word{"boot", {}},
    Word{"bootloader", {}},
    Word{"cfe", {}},
    Word{"coreboot", {}},
    Word{"dtb", {}},
    Word{"fdt", {}},
    Word{"fip", {}},
    Word{"firmware", {}},
    Word{"initramfs", {}},
    Word{"kernel", {}},
    Word{"loader", {}},
    Word{"qsee", {}},
    Word{"recovery", {}},
    Word{"redboot", {}},
    Word{"sbl", {}},
    Word{"spl", {}},
    Word{"tfa", {}},
    Word{"u-boot", {}},
    Word{"uboot", {}},
    Word{"bios", {.left_out = nullptr, .what = FlashHash::volumes}},
    Word{"edk", {.left_out = nullptr, .what = FlashHash::volumes}},
    Word{"uefi", {.left_out = nullptr, .what = FlashHash::volumes}},
};

std::string plain(const std::string& label) {
    std::string out = ascii_lower(label.starts_with("0:") ? label.substr(2) : label);
    std::ranges::replace_if(out, [](char c) { return c == '_' || c == ' '; }, '-');
    while (!out.empty() && out.back() >= '0' && out.back() <= '9') out.pop_back();
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

const Word* word_of(const FlashDevice& device) {
    const auto found = std::ranges::find(known, plain(device.label.text()), &Word::label);
    return found == known.end() ? nullptr : &*found;
}

}  // namespace

bool is_steady(const FlashDevice& device) {
    const std::string& type = device.type.text();
    return type == "nor" || type == "rom" || type == "dataflash";
}

bool may_have_descriptor(const FlashDevice& device) {
    const Word* const word = word_of(device);
    return is_steady(device) && device.size && device.offset.value_or(0) == 0 &&
           (word == nullptr || word->plan.left_out == nullptr);
}

FlashPlan plan_flash(const FlashDevice& device) {
    if (!is_steady(device)) return {"not hashed: blocks of this kind of memory go bad and are moved"};
    if (!device.size) return {"not hashed: its size is not known"};
    if (*device.size > max_flash_region) return {"not hashed: longer than 64 MiB"};
    if (const Word* word = word_of(device)) return word->plan;
    if (device.writable.value_or(true)) return {"not hashed: writable, and not known to be firmware"};
    return {};
}

}  // namespace assay::agent
