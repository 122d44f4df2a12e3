#pragma once
// What a device said of itself by SPDM, as firmware logged it: TCG_DEVICE_SECURITY_EVENT_DATA ("SPDM Device Sec") and
// ..._DATA2 ("SPDM Device Sec2"), of EV_EFI_SPDM_FIRMWARE_BLOB and ..._CONFIG. PFP 1.06, "DEVICE_SECURITY_EVENT_DATA";
// measurement blocks of DMTF DSP0274 1.3, 10.11. Who signed what is not checked here. Pure; views look at the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::boot {

// TCG_DEVICE_SECURITY_EVENT_DATA_PCI_CONTEXT
struct PciContext {
    std::uint16_t version = 0;
    std::uint16_t length = 0;
    std::uint16_t vendor = 0;
    std::uint16_t device = 0;
    std::uint8_t revision = 0;
    std::uint32_t class_code = 0;  // 24 bits
    std::uint16_t subsystem_vendor = 0;
    std::uint16_t subsystem = 0;
};

// SPDM_MEASUREMENT_BLOCK with the header of DMTF's measurements.
struct SpdmMeasurement {
    std::uint8_t index = 0;
    std::uint8_t specification = 0;  // 1: DMTF
    std::uint8_t value_type = 0;     // bit 7: raw bits, not a digest
    ByteView value;
};

struct DeviceSecurity {
    std::uint8_t form = 1;  // 2: "SPDM Device Sec2"
    std::uint16_t version = 0;
    std::uint32_t length = 0;          // of what follows it, as the structure says
    std::uint32_t device_type = 0;     // 0 none, 1 PCI, 2 USB
    std::uint32_t hash_algorithm = 0;  // SPDM's bits, of form 1
    std::uint8_t auth_state = 0;       // of form 2, as all below; 0: signed and bound
    std::uint8_t reserved = 0;
    std::uint32_t sub_header_type = 0;  // 0 measurement block, 1 certificate chain
    std::uint64_t sub_header_uid = 0;
    ByteView device_path;
    ByteView sub_header;
    // The rest: of form 1 the measurement block and the device's context, of form 2 the context.
    ByteView body;
};

// bad_magic: neither signature. truncated.
Result<DeviceSecurity> decode_device_security(ByteView data);
Bytes encode_device_security(const DeviceSecurity& event);

// What lies in it, when it is of that kind and whole.
std::optional<SpdmMeasurement> measurement_of(const DeviceSecurity& event);
std::optional<PciContext> pci_context_of(const DeviceSecurity& event);

// "success", "no_auth", "no_binding", "fail_no_sig", "fail_invalid", "no_spdm", or "".
std::string_view auth_state_name(std::uint8_t state);

}  // namespace assay::boot
