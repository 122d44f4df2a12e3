#pragma once
// TCG_EVENTTYPE: what an event calls itself. TCG PC Client Platform Firmware Profile (PFP) 1.06, "Event Types". No
// digest covers it (evidence/boot/covered.hpp).

#include <cstdint>
#include <string>

namespace assay {

enum class EventType : std::uint32_t {
    preboot_cert = 0x00000000,
    post_code = 0x00000001,
    unused = 0x00000002,
    no_action = 0x00000003,
    separator = 0x00000004,
    action = 0x00000005,
    event_tag = 0x00000006,
    s_crtm_contents = 0x00000007,
    s_crtm_version = 0x00000008,
    cpu_microcode = 0x00000009,
    platform_config_flags = 0x0000000a,
    table_of_devices = 0x0000000b,
    compact_hash = 0x0000000c,
    ipl = 0x0000000d,
    ipl_partition_data = 0x0000000e,
    nonhost_code = 0x0000000f,
    nonhost_config = 0x00000010,
    nonhost_info = 0x00000011,
    omit_boot_device_events = 0x00000012,
    post_code2 = 0x00000013,
    efi_variable_driver_config = 0x80000001,
    efi_variable_boot = 0x80000002,
    efi_boot_services_application = 0x80000003,
    efi_boot_services_driver = 0x80000004,
    efi_runtime_services_driver = 0x80000005,
    efi_gpt_event = 0x80000006,
    efi_action = 0x80000007,
    efi_platform_firmware_blob = 0x80000008,
    efi_handoff_tables = 0x80000009,
    efi_platform_firmware_blob2 = 0x8000000a,
    efi_handoff_tables2 = 0x8000000b,
    efi_variable_boot2 = 0x8000000c,
    efi_gpt_event2 = 0x8000000d,
    efi_hcrtm_event = 0x80000010,
    efi_variable_authority = 0x800000e0,
    efi_spdm_firmware_blob = 0x800000e1,
    efi_spdm_firmware_config = 0x800000e2,
    efi_spdm_device_policy = 0x800000e3,
    efi_spdm_device_authority = 0x800000e4,
};

// "EV_EFI_ACTION"; a number that the profile does not name as "0x8000abcd".
std::string name(EventType type);

}  // namespace assay
