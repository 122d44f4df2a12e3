#include "evidence/hardware/smbios_layout.hpp"

#include <array>

namespace assay::smbios {
namespace {

using enum FieldType;
using Layout = FieldLayout;

// clang-format off: columns, as the specification has them
constexpr auto bios = std::to_array<Layout>({
    {"Vendor", 0x04, text}, {"Version", 0x05, text}, {"StartingAddressSegment", 0x06, u16},
    {"ReleaseDate", 0x08, text}, {"ROMSize", 0x09, u8}, {"Characteristics", 0x0a, u64},
    {"CharacteristicsExtension1", 0x12, u8}, {"CharacteristicsExtension2", 0x13, u8},
    {"MajorRelease", 0x14, u8}, {"MinorRelease", 0x15, u8},
    {"EmbeddedControllerMajorRelease", 0x16, u8}, {"EmbeddedControllerMinorRelease", 0x17, u8},
    {"ExtendedROMSize", 0x18, u16},
});
constexpr auto system_information = std::to_array<Layout>({
    {"Manufacturer", 0x04, text}, {"ProductName", 0x05, text}, {"Version", 0x06, text},
    {"SerialNumber", 0x07, text}, {"UUID", 0x08, uuid}, {"WakeUpType", 0x18, u8},
    {"SKUNumber", 0x19, text}, {"Family", 0x1a, text},
});
constexpr auto board = std::to_array<Layout>({
    {"Manufacturer", 0x04, text}, {"Product", 0x05, text}, {"Version", 0x06, text},
    {"SerialNumber", 0x07, text}, {"AssetTag", 0x08, text}, {"FeatureFlags", 0x09, u8},
    {"LocationInChassis", 0x0a, text}, {"ChassisHandle", 0x0b, u16}, {"BoardType", 0x0d, u8},
    {"NumberOfContainedObjects", 0x0e, u8}, {"ContainedObjects", 0x0f, rest8},
});
constexpr auto enclosure = std::to_array<Layout>({  // the SKU number stands behind the contained elements
    {"Manufacturer", 0x04, text}, {"Type", 0x05, u8}, {"Version", 0x06, text},
    {"SerialNumber", 0x07, text}, {"AssetTagNumber", 0x08, text}, {"BootUpState", 0x09, u8},
    {"PowerSupplyState", 0x0a, u8}, {"ThermalState", 0x0b, u8}, {"SecurityStatus", 0x0c, u8},
    {"OEMDefined", 0x0d, u32}, {"Height", 0x11, u8}, {"NumberOfPowerCords", 0x12, u8},
    {"ContainedElementCount", 0x13, u8}, {"ContainedElementRecordLength", 0x14, u8},
});
constexpr auto processor = std::to_array<Layout>({
    {"SocketDesignation", 0x04, text}, {"ProcessorType", 0x05, u8}, {"ProcessorFamily", 0x06, u8},
    {"ProcessorManufacturer", 0x07, text}, {"ProcessorID", 0x08, raw8}, {"ProcessorVersion", 0x10, text},
    {"Voltage", 0x11, u8}, {"ExternalClock", 0x12, u16}, {"MaxSpeed", 0x14, u16}, {"CurrentSpeed", 0x16, u16},
    {"Status", 0x18, u8}, {"ProcessorUpgrade", 0x19, u8}, {"L1CacheHandle", 0x1a, u16},
    {"L2CacheHandle", 0x1c, u16}, {"L3CacheHandle", 0x1e, u16}, {"SerialNumber", 0x20, text},
    {"AssetTag", 0x21, text}, {"PartNumber", 0x22, text}, {"CoreCount", 0x23, u8}, {"CoreEnabled", 0x24, u8},
    {"ThreadCount", 0x25, u8}, {"ProcessorCharacteristics", 0x26, u16}, {"ProcessorFamily2", 0x28, u16},
    {"CoreCount2", 0x2a, u16}, {"CoreEnabled2", 0x2c, u16}, {"ThreadCount2", 0x2e, u16},
    {"ThreadEnabled", 0x30, u16}, {"SocketType", 0x32, text},
});
constexpr auto memory_controller = std::to_array<Layout>({
    {"ErrorDetectingMethod", 0x04, u8}, {"ErrorCorrectingCapability", 0x05, u8},
    {"SupportedInterleave", 0x06, u8}, {"CurrentInterleave", 0x07, u8}, {"MaximumMemoryModuleSize", 0x08, u8},
    {"SupportedSpeeds", 0x09, u16}, {"SupportedMemoryTypes", 0x0b, u16}, {"MemoryModuleVoltage", 0x0d, u8},
    {"NumberOfAssociatedMemorySlots", 0x0e, u8}, {"MemoryModuleHandles", 0x0f, rest8},
});
constexpr auto memory_module = std::to_array<Layout>({
    {"SocketDesignation", 0x04, text}, {"BankConnections", 0x05, u8}, {"CurrentSpeed", 0x06, u8},
    {"CurrentMemoryType", 0x07, u16}, {"InstalledSize", 0x09, u8}, {"EnabledSize", 0x0a, u8},
    {"ErrorStatus", 0x0b, u8},
});
constexpr auto cache = std::to_array<Layout>({
    {"SocketDesignation", 0x04, text}, {"CacheConfiguration", 0x05, u16}, {"MaximumCacheSize", 0x07, u16},
    {"InstalledSize", 0x09, u16}, {"SupportedSRAMType", 0x0b, u16}, {"CurrentSRAMType", 0x0d, u16},
    {"CacheSpeed", 0x0f, u8}, {"ErrorCorrectionType", 0x10, u8}, {"SystemCacheType", 0x11, u8},
    {"Associativity", 0x12, u8}, {"MaximumCacheSize2", 0x13, u32}, {"InstalledCacheSize2", 0x17, u32},
});
constexpr auto port = std::to_array<Layout>({
    {"InternalReferenceDesignator", 0x04, text}, {"InternalConnectorType", 0x05, u8},
    {"ExternalReferenceDesignator", 0x06, text}, {"ExternalConnectorType", 0x07, u8}, {"PortType", 0x08, u8},
});
constexpr auto slot = std::to_array<Layout>({  // what follows the peer groups: named_values()
    {"SlotDesignation", 0x04, text}, {"SlotType", 0x05, u8}, {"SlotDataBusWidth", 0x06, u8},
    {"CurrentUsage", 0x07, u8}, {"SlotLength", 0x08, u8}, {"SlotID", 0x09, u16},
    {"SlotCharacteristics1", 0x0b, u8}, {"SlotCharacteristics2", 0x0c, u8}, {"SegmentGroupNumber", 0x0d, u16},
    {"BusNumber", 0x0f, u8}, {"DeviceFunctionNumber", 0x10, u8}, {"DataBusWidth", 0x11, u8},
    {"PeerGroupingCount", 0x12, u8},
});
constexpr auto on_board_devices = std::to_array<Layout>({{"Devices", 0x04, rest8}});
constexpr auto counted_strings = std::to_array<Layout>({{"Count", 0x04, u8}});
constexpr auto language = std::to_array<Layout>({
    {"NumberOfInstallableLanguages", 0x04, u8}, {"Flags", 0x05, u8}, {"CurrentLanguage", 0x15, text},
});
constexpr auto group = std::to_array<Layout>({{"GroupName", 0x04, text}, {"Items", 0x05, rest8}});
constexpr auto event_log = std::to_array<Layout>({
    {"LogAreaLength", 0x04, u16}, {"LogHeaderStartOffset", 0x06, u16}, {"LogDataStartOffset", 0x08, u16},
    {"AccessMethod", 0x0a, u8}, {"LogStatus", 0x0b, u8}, {"LogChangeToken", 0x0c, u32},
    {"AccessMethodAddress", 0x10, u32}, {"LogHeaderFormat", 0x14, u8},
    {"NumberOfSupportedLogTypeDescriptors", 0x15, u8}, {"LengthOfLogTypeDescriptor", 0x16, u8},
    {"LogTypeDescriptors", 0x17, rest8},
});
constexpr auto memory_array = std::to_array<Layout>({
    {"Location", 0x04, u8}, {"Use", 0x05, u8}, {"MemoryErrorCorrection", 0x06, u8},
    {"MaximumCapacity", 0x07, u32}, {"MemoryErrorInformationHandle", 0x0b, u16},
    {"NumberOfMemoryDevices", 0x0d, u16}, {"ExtendedMaximumCapacity", 0x0f, u64},
});
constexpr auto memory_device = std::to_array<Layout>({
    {"PhysicalMemoryArrayHandle", 0x04, u16}, {"MemoryErrorInformationHandle", 0x06, u16},
    {"TotalWidth", 0x08, u16}, {"DataWidth", 0x0a, u16}, {"Size", 0x0c, u16}, {"FormFactor", 0x0e, u8},
    {"DeviceSet", 0x0f, set}, {"DeviceLocator", 0x10, text}, {"BankLocator", 0x11, text},
    {"MemoryType", 0x12, u8}, {"TypeDetail", 0x13, u16}, {"Speed", 0x15, u16}, {"Manufacturer", 0x17, text},
    {"SerialNumber", 0x18, text}, {"AssetTag", 0x19, text}, {"PartNumber", 0x1a, text}, {"Attributes", 0x1b, u8},
    {"ExtendedSize", 0x1c, u32}, {"ConfiguredMemorySpeed", 0x20, u16}, {"MinimumVoltage", 0x22, u16},
    {"MaximumVoltage", 0x24, u16}, {"ConfiguredVoltage", 0x26, u16}, {"MemoryTechnology", 0x28, u8},
    {"MemoryOperatingModeCapability", 0x29, u16}, {"FirmwareVersion", 0x2b, text},
    {"ModuleManufacturerID", 0x2c, u16}, {"ModuleProductID", 0x2e, u16},
    {"MemorySubsystemControllerManufacturerID", 0x30, u16}, {"MemorySubsystemControllerProductID", 0x32, u16},
    {"NonVolatileSize", 0x34, u64}, {"VolatileSize", 0x3c, u64}, {"CacheSize", 0x44, u64},
    {"LogicalSize", 0x4c, u64}, {"ExtendedSpeed", 0x54, u32}, {"ExtendedConfiguredMemorySpeed", 0x58, u32},
    {"PMIC0ManufacturerID", 0x5c, u16}, {"PMIC0RevisionNumber", 0x5e, u16}, {"RCDManufacturerID", 0x60, u16},
    {"RCDRevisionNumber", 0x62, u16},
});
constexpr auto memory_error_32 = std::to_array<Layout>({
    {"ErrorType", 0x04, u8}, {"ErrorGranularity", 0x05, u8}, {"ErrorOperation", 0x06, u8},
    {"VendorSyndrome", 0x07, u32}, {"MemoryArrayErrorAddress", 0x0b, u32}, {"DeviceErrorAddress", 0x0f, u32},
    {"ErrorResolution", 0x13, u32},
});
constexpr auto memory_array_address = std::to_array<Layout>({
    {"StartingAddress", 0x04, u32}, {"EndingAddress", 0x08, u32}, {"MemoryArrayHandle", 0x0c, u16},
    {"PartitionWidth", 0x0e, u8}, {"ExtendedStartingAddress", 0x0f, u64}, {"ExtendedEndingAddress", 0x17, u64},
});
constexpr auto memory_device_address = std::to_array<Layout>({
    {"StartingAddress", 0x04, u32}, {"EndingAddress", 0x08, u32}, {"MemoryDeviceHandle", 0x0c, u16},
    {"MemoryArrayMappedAddressHandle", 0x0e, u16}, {"PartitionRowPosition", 0x10, u8},
    {"InterleavePosition", 0x11, u8}, {"InterleavedDataDepth", 0x12, u8},
    {"ExtendedStartingAddress", 0x13, u64}, {"ExtendedEndingAddress", 0x1b, u64},
});
constexpr auto pointing_device = std::to_array<Layout>({
    {"Type", 0x04, u8}, {"Interface", 0x05, u8}, {"NumberOfButtons", 0x06, u8},
});
constexpr auto battery = std::to_array<Layout>({
    {"Location", 0x04, text}, {"Manufacturer", 0x05, text}, {"ManufactureDate", 0x06, text},
    {"SerialNumber", 0x07, text}, {"DeviceName", 0x08, text}, {"DeviceChemistry", 0x09, u8},
    {"DesignCapacity", 0x0a, u16}, {"DesignVoltage", 0x0c, u16}, {"SBDSVersionNumber", 0x0e, text},
    {"MaximumErrorInBatteryData", 0x0f, u8}, {"SBDSSerialNumber", 0x10, u16}, {"SBDSManufactureDate", 0x12, u16},
    {"SBDSDeviceChemistry", 0x14, text}, {"DesignCapacityMultiplier", 0x15, u8}, {"OEMSpecific", 0x16, u32},
});
constexpr auto system_reset = std::to_array<Layout>({
    {"Capabilities", 0x04, u8}, {"ResetCount", 0x05, u16}, {"ResetLimit", 0x07, u16},
    {"TimerInterval", 0x09, u16}, {"Timeout", 0x0b, u16},
});
constexpr auto hardware_security = std::to_array<Layout>({{"HardwareSecuritySettings", 0x04, u8}});
constexpr auto power_controls = std::to_array<Layout>({
    {"NextScheduledPowerOnMonth", 0x04, u8}, {"NextScheduledPowerOnDayOfMonth", 0x05, u8},
    {"NextScheduledPowerOnHour", 0x06, u8}, {"NextScheduledPowerOnMinute", 0x07, u8},
    {"NextScheduledPowerOnSecond", 0x08, u8},
});
constexpr auto probe = std::to_array<Layout>({  // of voltage, temperature and current alike
    {"Description", 0x04, text}, {"LocationAndStatus", 0x05, u8}, {"MaximumValue", 0x06, u16},
    {"MinimumValue", 0x08, u16}, {"Resolution", 0x0a, u16}, {"Tolerance", 0x0c, u16}, {"Accuracy", 0x0e, u16},
    {"OEMDefined", 0x10, u32}, {"NominalValue", 0x14, u16},
});
constexpr auto cooling_device = std::to_array<Layout>({
    {"TemperatureProbeHandle", 0x04, u16}, {"DeviceTypeAndStatus", 0x06, u8}, {"CoolingUnitGroup", 0x07, u8},
    {"OEMDefined", 0x08, u32}, {"NominalSpeed", 0x0c, u16}, {"Description", 0x0e, text},
});
constexpr auto remote_access = std::to_array<Layout>({{"ManufacturerName", 0x04, text}, {"Connections", 0x05, u8}});
constexpr auto boot_status = std::to_array<Layout>({{"BootStatus", 0x0a, rest8}});
constexpr auto memory_error_64 = std::to_array<Layout>({
    {"ErrorType", 0x04, u8}, {"ErrorGranularity", 0x05, u8}, {"ErrorOperation", 0x06, u8},
    {"VendorSyndrome", 0x07, u32}, {"MemoryArrayErrorAddress", 0x0b, u64}, {"DeviceErrorAddress", 0x13, u64},
    {"ErrorResolution", 0x1b, u32},
});
constexpr auto management_device = std::to_array<Layout>({
    {"Description", 0x04, text}, {"Type", 0x05, u8}, {"Address", 0x06, u32}, {"AddressType", 0x0a, u8},
});
constexpr auto management_component = std::to_array<Layout>({
    {"Description", 0x04, text}, {"ManagementDeviceHandle", 0x05, u16}, {"ComponentHandle", 0x07, u16},
    {"ThresholdHandle", 0x09, u16},
});
constexpr auto management_threshold = std::to_array<Layout>({
    {"LowerThresholdNonCritical", 0x04, u16}, {"UpperThresholdNonCritical", 0x06, u16},
    {"LowerThresholdCritical", 0x08, u16}, {"UpperThresholdCritical", 0x0a, u16},
    {"LowerThresholdNonRecoverable", 0x0c, u16}, {"UpperThresholdNonRecoverable", 0x0e, u16},
});
constexpr auto memory_channel = std::to_array<Layout>({
    {"ChannelType", 0x04, u8}, {"MaximumChannelLoad", 0x05, u8}, {"MemoryDeviceCount", 0x06, u8},
    {"MemoryDevices", 0x07, rest8},
});
constexpr auto ipmi_device = std::to_array<Layout>({
    {"InterfaceType", 0x04, u8}, {"IPMISpecificationRevision", 0x05, u8}, {"I2CTargetAddress", 0x06, u8},
    {"NVStorageDeviceAddress", 0x07, u8}, {"BaseAddress", 0x08, u64}, {"BaseAddressModifier", 0x10, u8},
    {"InterruptNumber", 0x11, u8},
});
constexpr auto power_supply = std::to_array<Layout>({
    {"PowerUnitGroup", 0x04, u8}, {"Location", 0x05, text}, {"DeviceName", 0x06, text},
    {"Manufacturer", 0x07, text}, {"SerialNumber", 0x08, text}, {"AssetTagNumber", 0x09, text},
    {"ModelPartNumber", 0x0a, text}, {"RevisionLevel", 0x0b, text}, {"MaxPowerCapacity", 0x0c, u16},
    {"PowerSupplyCharacteristics", 0x0e, u16}, {"InputVoltageProbeHandle", 0x10, u16},
    {"CoolingDeviceHandle", 0x12, u16}, {"InputCurrentProbeHandle", 0x14, u16},
});
constexpr auto additional_information = std::to_array<Layout>({
    {"NumberOfAdditionalInformationEntries", 0x04, u8}, {"Entries", 0x05, rest8},
});
constexpr auto onboard_device = std::to_array<Layout>({
    {"ReferenceDesignation", 0x04, text}, {"DeviceType", 0x05, u8}, {"DeviceTypeInstance", 0x06, u8},
    {"SegmentGroupNumber", 0x07, u16}, {"BusNumber", 0x09, u8}, {"DeviceFunctionNumber", 0x0a, u8},
});
constexpr auto host_interface = std::to_array<Layout>({
    {"InterfaceType", 0x04, u8}, {"InterfaceTypeSpecificDataLength", 0x05, u8},
    {"InterfaceTypeSpecificData", 0x06, rest8},
});
constexpr auto tpm_device = std::to_array<Layout>({
    {"VendorID", 0x04, raw4}, {"MajorSpecVersion", 0x08, u8}, {"MinorSpecVersion", 0x09, u8},
    {"FirmwareVersion1", 0x0a, u32}, {"FirmwareVersion2", 0x0e, u32}, {"Description", 0x12, text},
    {"Characteristics", 0x13, u64}, {"OEMDefined", 0x1b, u32},
});
constexpr auto processor_additional = std::to_array<Layout>({
    {"ReferencedHandle", 0x04, u16}, {"BlockLength", 0x06, u8}, {"ProcessorArchitecture", 0x07, u8},
    {"ProcessorSpecificData", 0x08, rest8},
});
constexpr auto firmware_inventory = std::to_array<Layout>({
    {"FirmwareComponentName", 0x04, text}, {"FirmwareVersion", 0x05, text}, {"VersionFormat", 0x06, u8},
    {"FirmwareID", 0x07, text}, {"FirmwareIDFormat", 0x08, u8}, {"ReleaseDate", 0x09, text},
    {"Manufacturer", 0x0a, text}, {"LowestSupportedFirmwareVersion", 0x0b, text}, {"ImageSize", 0x0c, u64},
    {"Characteristics", 0x14, u16}, {"State", 0x16, u8}, {"NumberOfAssociatedComponents", 0x17, u8},
    {"AssociatedComponentHandles", 0x18, rest8},
});
constexpr auto string_property = std::to_array<Layout>({
    {"StringPropertyID", 0x04, u16}, {"StringPropertyValue", 0x06, text}, {"ParentHandle", 0x07, u16},
});

struct Named {
    std::string_view name;
    std::span<const FieldLayout> fields;
};
constexpr std::array<Named, 47> structures{{
    {"BIOS Information", bios}, {"System Information", system_information}, {"Baseboard Information", board},
    {"System Enclosure", enclosure}, {"Processor Information", processor},
    {"Memory Controller Information", memory_controller}, {"Memory Module Information", memory_module},
    {"Cache Information", cache}, {"Port Connector Information", port}, {"System Slots", slot},
    {"On Board Devices Information", on_board_devices}, {"OEM Strings", counted_strings},
    {"System Configuration Options", counted_strings}, {"BIOS Language Information", language},
    {"Group Associations", group}, {"System Event Log", event_log}, {"Physical Memory Array", memory_array},
    {"Memory Device", memory_device}, {"32-Bit Memory Error Information", memory_error_32},
    {"Memory Array Mapped Address", memory_array_address}, {"Memory Device Mapped Address", memory_device_address},
    {"Built-in Pointing Device", pointing_device}, {"Portable Battery", battery}, {"System Reset", system_reset},
    {"Hardware Security", hardware_security}, {"System Power Controls", power_controls}, {"Voltage Probe", probe},
    {"Cooling Device", cooling_device}, {"Temperature Probe", probe}, {"Electrical Current Probe", probe},
    {"Out-of-Band Remote Access", remote_access}, {"Boot Integrity Services Entry Point", {}},
    {"System Boot Information", boot_status}, {"64-Bit Memory Error Information", memory_error_64},
    {"Management Device", management_device}, {"Management Device Component", management_component},
    {"Management Device Threshold Data", management_threshold}, {"Memory Channel", memory_channel},
    {"IPMI Device Information", ipmi_device}, {"System Power Supply", power_supply},
    {"Additional Information", additional_information}, {"Onboard Devices Extended Information", onboard_device},
    {"Management Controller Host Interface", host_interface}, {"TPM Device", tpm_device},
    {"Processor Additional Information", processor_additional},
    {"Firmware Inventory Information", firmware_inventory}, {"String Property", string_property},
}};
// clang-format on

}  // namespace

std::string_view structure_name(std::uint8_t type) {
    if (type < structures.size()) return structures[type].name;
    if (type == 126) return "Inactive";
    if (type == 127) return "End-of-Table";
    return type >= 128 ? "OEM-specific" : "";
}

std::span<const FieldLayout> layout_of(std::uint8_t type) {
    if (type < structures.size()) return structures[type].fields;
    return {};
}

}  // namespace assay::smbios
