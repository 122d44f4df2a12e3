#pragma once
// What a machine's firmware says of its parts in its SMBIOS table (DMTF DSP0134 3.7.0, chapter 7): the structures that
// name parts, as types. Everything is a claim of the firmware: nothing here is measured or signed, and placeholders
// ("Default string") are given as they stand. Pure; values own their text. Other structures: smbios_values.hpp.

#include "evidence/component.hpp"
#include "evidence/hardware/smbios_walk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::smbios {

// Where a PCI function was when the firmware wrote the table: bus numbers are its own, or of an operating system
// before.
struct PciLocation {
    std::uint16_t segment = 0;
    std::uint8_t bus = 0;
    std::uint8_t device = 0;
    std::uint8_t function = 0;
    friend bool operator==(const PciLocation&, const PciLocation&) = default;
};

// Text fields below: absent when the structure is too short for the field or the firmware gave none (string 0),
// unreadable when it names a string that is not there.
struct Bios {  // type 0
    Reading vendor, version, release_date;
    std::string release;     // "5.17", or "" when the firmware gives none
    std::string controller;  // of the embedded controller, likewise
};
struct System {  // type 1
    Reading manufacturer, product, version, serial, sku, family;
    std::string uuid;  // lower case, or "" when absent or not set (all 00 or all ff)
};
struct Board {  // type 2
    Reading manufacturer, product, version, serial, asset_tag, location;
};
struct Chassis {  // type 3
    Reading manufacturer, version, serial, asset_tag, sku;
    std::uint8_t type = 0;  // without the lock bit
};
struct Processor {  // type 4
    Reading socket, manufacturer, version, serial, asset_tag, part_number;
    bool populated = false;
};
struct Slot {  // type 9
    Reading designation;
    std::uint8_t type = 0;   // 7.10.1
    std::uint8_t usage = 0;  // 7.10.3: 3 available, 4 in use, 5 unavailable
    std::optional<std::uint16_t> id;
    std::optional<PciLocation> location;
};
struct MemoryDevice {  // type 17
    Reading locator, bank, manufacturer, serial, asset_tag, part_number, firmware_version;
    std::optional<std::uint64_t> size_kib;  // 0: an empty socket; absent: the firmware does not know
    std::string module_jedec;               // identifier of Registry::jedec, or ""
    std::uint8_t type = 0;                  // 7.18.2
};
struct IpmiDevice {                   // type 38
    std::uint8_t interface_type = 0;  // 7.39.1: 1 KCS, 2 SMIC, 3 BT, 4 SSIF
    std::string specification;        // "2.0"
};
struct OnboardDevice {  // type 41
    Reading designation;
    std::uint8_t type = 0;  // without the status bit
    bool enabled = false;
    std::uint8_t instance = 0;
    std::optional<PciLocation> location;
};
struct HostInterface {                // type 42
    std::uint8_t interface_type = 0;  // 7.43.1: 0x40 network
    std::uint8_t device_type = 0;     // of a network interface (DSP0270): 2 and 4 USB, 3 and 5 PCI; 0: not said
    std::string usb;                  // identifier of Registry::usb, or ""
    std::string pci;                  // identifier of Registry::pci, or ""
};
struct TpmDevice {                       // type 43
    std::uint32_t vendor = 0;            // as TPM_PT_MANUFACTURER codes it
    std::string specification;           // "2.0"
    std::uint64_t firmware_version = 0;  // of a TPM 2.0: TPM_PT_FIRMWARE_VERSION_1 << 32 | _2
    Reading description;
};
struct FirmwareItem {  // type 45
    Reading name, version, id, release_date, manufacturer, lowest_supported;
};

struct Table {
    std::vector<Structure> structures;  // all, in order, up to and with the end-of-table
    std::vector<Bios> bios;
    std::vector<System> systems;
    std::vector<Board> boards;
    std::vector<Chassis> chassis;
    std::vector<Processor> processors;
    std::vector<Slot> slots;
    std::vector<std::string> oem_strings;  // type 11, of all its structures
    std::vector<MemoryDevice> memory_devices;
    std::vector<IpmiDevice> ipmi_devices;
    std::vector<OnboardDevice> onboard_devices;
    std::vector<HostInterface> host_interfaces;
    std::vector<TpmDevice> tpm_devices;
    std::vector<FirmwareItem> firmware_items;
    std::optional<Error> broken;  // as Walk::broken
};

// Never fails as a whole: see `broken`.
Table decode_table(ByteView bytes, Version version);

// A bare table does not say its version; this is taken. It matters for UUIDs before 2.6 only.
inline constexpr Version bare_table_version{3, 7};

// A file as people have it: a bare table (/sys/firmware/dmi/tables/DMI), or a dump of dmidecode,
// which is an entry point and then the table where the entry point says. Errors: those of decode_entry_point, and
// out_of_range when the table would lie outside the file.
struct File {
    std::optional<EntryPoint> entry_point;
    Table table;
};
Result<File> decode_file(ByteView bytes);

}  // namespace assay::smbios
