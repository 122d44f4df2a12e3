#pragma once
// What EV_NO_ACTION events tell: they are never extended, so no digest covers any of it. Known by a signature of 16
// bytes. TCG PC Client Platform Firmware Profile 1.06, "EV_NO_ACTION Event Types". Pure; views look at the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace assay::boot {

using RawGuid = std::array<std::uint8_t, 16>;

// TCG_EfiStartupLocalityEvent
struct StartupLocality {
    std::uint8_t locality = 0;
};

// TCG_HCRTMComponentEvent
struct HcrtmComponent {
    ByteView description;
    std::uint8_t measurement_format = 0;  // 0: a digest, 1: raw
    ByteView measurement;
};

// TCG_Sp800_155_PlatformId_Event and its second and third form: where the platform's reference manifest is.
struct ManifestLocator {
    std::uint32_t type = 0;  // 0 raw, 1 URI, 2 device path, 3 UEFI variable
    ByteView locator;
};
struct PlatformManifest {
    std::uint8_t form = 1;
    std::uint32_t vendor = 0;  // IANA enterprise number
    RawGuid manifest{};
    // Of forms 2 and 3
    ByteView platform_manufacturer;
    ByteView platform_model;
    ByteView platform_version;
    ByteView firmware_manufacturer;
    std::uint32_t firmware_manufacturer_id = 0;
    ByteView firmware_version;
    // Of form 3
    ManifestLocator rim;
    ManifestLocator platform_certificate;
};

// TCG_NV_INDEX_INSTANCE_EVENT_LOG_STRUCT, ..._DYNAMIC_...: what went into an NV index, not into a PCR.
struct NvIndexRecord {
    bool dynamic = false;
    std::uint16_t version = 0;
    ByteView reserved;      // 6 bytes
    std::uint64_t uid = 0;  // of a dynamic one, as the two below
    ByteView description;
    ByteView data;  // of an instance: a device security event
};

// Any other: the signature, as a vendor chose it, and the rest.
struct VendorNote {
    ByteView signature;  // 16 bytes
    ByteView rest;
};

using NoAction = std::variant<StartupLocality, HcrtmComponent, PlatformManifest, NvIndexRecord, VendorNote>;

// A "Spec ID" event is evidence/boot/spec_id.hpp's. truncated and trailing_bytes for a structure that does not fit its
// signature; bad_magic for what does not begin with one: 16 bytes, printable and then NULs.
Result<NoAction> decode_no_action(ByteView data);
Bytes encode_no_action(const NoAction& note);

}  // namespace assay::boot
