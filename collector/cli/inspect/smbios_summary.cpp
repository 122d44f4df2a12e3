#include "collector/cli/inspect/smbios_summary.hpp"

#include "evidence/hardware/smbios_layout.hpp"
#include "evidence/hardware/smbios_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>

namespace assay::cli {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> bios{"Vendor", "Version", "ReleaseDate"};
constexpr std::array<std::string_view, 8> system_information{"Manufacturer", "ProductName", "Version",   "SerialNumber",
                                                             "UUID",         "WakeUpType",  "SKUNumber", "Family"};
constexpr std::array<std::string_view, 7> board{"Manufacturer", "Product",           "Version",  "SerialNumber",
                                                "AssetTag",     "LocationInChassis", "BoardType"};
constexpr std::array<std::string_view, 5> enclosure{
    "Manufacturer", "Version", "SerialNumber", "AssetTagNumber", "SKUNumber"
};
constexpr std::array<std::string_view, 12> processor{"SocketDesignation", "ProcessorManufacturer",
                                                     "ProcessorVersion",  "MaxSpeed",
                                                     "CurrentSpeed",      "Status",
                                                     "SerialNumber",      "AssetTag",
                                                     "PartNumber",        "CoreCount",
                                                     "CoreEnabled",       "ThreadCount"};
constexpr std::array<std::string_view, 1> cache{"SocketDesignation"};
constexpr std::array<std::string_view, 2> port{"InternalReferenceDesignator", "ExternalReferenceDesignator"};
constexpr std::array<std::string_view, 1> slot{"SlotDesignation"};
constexpr std::array<std::string_view, 1> counted{"Count"};
constexpr std::array<std::string_view, 1> language{"CurrentLanguage"};
constexpr std::array<std::string_view, 1> group{"GroupName"};
constexpr std::array<std::string_view, 7> memory_array{
    "Location",
    "Use",
    "MemoryErrorCorrection",
    "MaximumCapacity",
    "MemoryErrorInformationHandle",
    "NumberOfMemoryDevices",
    "ExtendedMaximumCapacity"
};
constexpr std::array<std::string_view, 22> memory_device{
    "PhysicalMemoryArrayHandle",
    "MemoryErrorInformationHandle",
    "TotalWidth",
    "DataWidth",
    "Size",
    "FormFactor",
    "DeviceSet",
    "DeviceLocator",
    "BankLocator",
    "MemoryType",
    "TypeDetail",
    "Speed",
    "Manufacturer",
    "SerialNumber",
    "AssetTag",
    "PartNumber",
    "Attributes",
    "ExtendedSize",
    "ConfiguredMemorySpeed",
    "MinimumVoltage",
    "MaximumVoltage",
    "ConfiguredVoltage"
};

struct Member {
    std::string_view name;
    std::uint8_t type;
    bool many;
    Names fields;
    std::string_view strings = {};  // the name under which all strings of the structure stand
};
constexpr std::array members{
    Member{"BIOSInformation", 0, false, bios},
    Member{"SystemInformation", 1, false, system_information},
    Member{"BaseboardInformation", 2, false, board},
    Member{"SystemEnclosure", 3, false, enclosure},
    Member{"ProcessorInformation", 4, true, processor},
    Member{"CacheInformation", 7, true, cache},
    Member{"PortConnectorInformation", 8, true, port},
    Member{"SystemSlots", 9, true, slot},
    Member{"OEMStrings", 11, false, counted, "Strings"},
    Member{"SystemConfigurationOptions", 12, false, counted, "Strings"},
    Member{"BIOSLanguageInformation", 13, false, language, "InstallableLanguages"},
    Member{"GroupAssociations", 14, false, group},
    Member{"PhysicalMemoryArray", 16, false, memory_array},
    Member{"MemoryDevices", 17, true, memory_device},
};

std::string lower_case(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

json::Value text_value(const Reading& reading) {
    const std::string& text = reading.text();
    return json::Value(lower_case(text) == "to be filled by o.e.m." ? "" : text);
}

// What a field is when the structure does not have it.
json::Value nothing_of(std::uint8_t type, std::string_view name) {
    const auto layout = smbios::layout_of(type);
    const auto field = std::ranges::find(layout, name, &smbios::FieldLayout::name);
    if (field == layout.end()) return json::Value("");  // a text behind a list
    using enum smbios::FieldType;
    const bool number = field->type == u8 || field->type == u16 || field->type == u32 || field->type == u64;
    return number ? json::Value(0) : json::Value("");
}

json::Object object_of(const Member& member, const smbios::Structure& structure, smbios::Version version) {
    const auto values = smbios::named_values(structure, version);
    json::Object out;
    for (const std::string_view name : member.fields) {
        const auto found = std::ranges::find(values, name, &smbios::NamedValue::name);
        if (found == values.end()) {
            out[name] = nothing_of(member.type, name);
        } else if (const auto* reading = std::get_if<Reading>(&found->value)) {
            out[name] = text_value(*reading);
        } else {
            out[name] = std::get<std::uint64_t>(found->value);
        }
    }
    if (!member.strings.empty()) {
        json::Array strings;
        for (const std::string& one : structure.text) strings.push_back(json::Value(one));
        out[member.strings] = std::move(strings);
    }
    return out;
}

}  // namespace

json::Object smbios_summary(const smbios::Table& table, smbios::Version version) {
    json::Object out;
    for (const Member& member : members) {
        json::Array found;
        for (const smbios::Structure& structure : table.structures) {
            if (structure.type == member.type) found.push_back(object_of(member, structure, version));
        }
        if (member.many) {
            out[member.name] = std::move(found);
        } else {
            const smbios::Structure none{member.type, 0, {}, {}};
            out[member.name] = found.empty() ? json::Value(object_of(member, none, version)) : found.back();
        }
    }
    return out;
}

}  // namespace assay::cli
