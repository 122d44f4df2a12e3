#include "evidence/boot/event_type.hpp"

#include "base/words.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

using enum EventType;
constexpr auto names = words<EventType>({
    {preboot_cert, "EV_PREBOOT_CERT"},
    {post_code, "EV_POST_CODE"},
    {unused, "EV_UNUSED"},
    {no_action, "EV_NO_ACTION"},
    {separator, "EV_SEPARATOR"},
    {action, "EV_ACTION"},
    {event_tag, "EV_EVENT_TAG"},
    {s_crtm_contents, "EV_S_CRTM_CONTENTS"},
    {s_crtm_version, "EV_S_CRTM_VERSION"},
    {cpu_microcode, "EV_CPU_MICROCODE"},
    {platform_config_flags, "EV_PLATFORM_CONFIG_FLAGS"},
    {table_of_devices, "EV_TABLE_OF_DEVICES"},
    {compact_hash, "EV_COMPACT_HASH"},
    {ipl, "EV_IPL"},
    {ipl_partition_data, "EV_IPL_PARTITION_DATA"},
    {nonhost_code, "EV_NONHOST_CODE"},
    {nonhost_config, "EV_NONHOST_CONFIG"},
    {nonhost_info, "EV_NONHOST_INFO"},
    {omit_boot_device_events, "EV_OMIT_BOOT_DEVICE_EVENTS"},
    {post_code2, "EV_POST_CODE2"},
    {efi_variable_driver_config, "EV_EFI_VARIABLE_DRIVER_CONFIG"},
    {efi_variable_boot, "EV_EFI_VARIABLE_BOOT"},
    {efi_boot_services_application, "EV_EFI_BOOT_SERVICES_APPLICATION"},
    {efi_boot_services_driver, "EV_EFI_BOOT_SERVICES_DRIVER"},
    {efi_runtime_services_driver, "EV_EFI_RUNTIME_SERVICES_DRIVER"},
    {efi_gpt_event, "EV_EFI_GPT_EVENT"},
    {efi_action, "EV_EFI_ACTION"},
    {efi_platform_firmware_blob, "EV_EFI_PLATFORM_FIRMWARE_BLOB"},
    {efi_handoff_tables, "EV_EFI_HANDOFF_TABLES"},
    {efi_platform_firmware_blob2, "EV_EFI_PLATFORM_FIRMWARE_BLOB2"},
    {efi_handoff_tables2, "EV_EFI_HANDOFF_TABLES2"},
    {efi_variable_boot2, "EV_EFI_VARIABLE_BOOT2"},
    {efi_gpt_event2, "EV_EFI_GPT_EVENT2"},
    {efi_hcrtm_event, "EV_EFI_HCRTM_EVENT"},
    {efi_variable_authority, "EV_EFI_VARIABLE_AUTHORITY"},
    {efi_spdm_firmware_blob, "EV_EFI_SPDM_FIRMWARE_BLOB"},
    {efi_spdm_firmware_config, "EV_EFI_SPDM_FIRMWARE_CONFIG"},
    {efi_spdm_device_policy, "EV_EFI_SPDM_DEVICE_POLICY"},
    {efi_spdm_device_authority, "EV_EFI_SPDM_DEVICE_AUTHORITY"},
});

}  // namespace

std::string name(EventType type) {
    const std::string_view known = names.of(type);
    return known.empty() ? fmt::format("0x{:08x}", static_cast<std::uint32_t>(type)) : std::string(known);
}

}  // namespace assay
