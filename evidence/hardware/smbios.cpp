#include "evidence/hardware/smbios.hpp"

#include "base/encoding.hpp"
#include "evidence/hardware/smbios_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::smbios {
namespace {

// 0xff says that there is none.
std::string release_text(const FieldsOf& f, std::size_t major_at) {
    const auto major = f.u8(major_at);
    const auto minor = f.u8(major_at + 1);
    if (!major || !minor || *major == 0xff || *minor == 0xff) return "";
    return fmt::format("{}.{}", *major, *minor);
}

Bios bios(const FieldsOf& f) {
    return {f.text(0x04), f.text(0x05), f.text(0x08), release_text(f, 0x14), release_text(f, 0x16)};
}

System system(const FieldsOf& f, Version version) {
    System out{f.text(0x04), f.text(0x05), f.text(0x06), f.text(0x07), f.text(0x19), f.text(0x1a), ""};
    const auto raw = f.bytes(0x08, 16);
    if (!raw) return out;
    const auto filled_with = [&raw](std::uint8_t value) {
        return std::ranges::all_of(*raw, [value](auto byte) { return byte == value; });
    };
    if (!filled_with(0) && !filled_with(0xff)) out.uuid = uuid_text(raw->first<16>(), version);
    return out;
}

Board board(const FieldsOf& f) {
    return {f.text(0x04), f.text(0x05), f.text(0x06), f.text(0x07), f.text(0x08), f.text(0x0a)};
}

Chassis chassis(const FieldsOf& f) {
    Chassis out{f.text(0x04), f.text(0x06), f.text(0x07), f.text(0x08), {}, 0};
    out.type = f.u8(0x05).value_or(0) & 0x7fU;
    // The SKU follows a list of contained elements: count at 0x13, size of each at 0x14.
    const auto count = f.u8(0x13);
    const auto size = f.u8(0x14);
    if (count && size) out.sku = f.text(0x15 + std::size_t{*count} * *size);
    return out;
}

Processor processor(const FieldsOf& f) {
    constexpr unsigned populated = 0x40;
    Processor out{f.text(0x04), f.text(0x07), f.text(0x10), f.text(0x20), f.text(0x21), f.text(0x22), false};
    out.populated = (f.u8(0x18).value_or(0) & populated) != 0;
    return out;
}

// Segment group, bus, and device with function, at `at`; all ones says that the device is on no such bus (7.10.8).
std::optional<PciLocation> pci_location(const FieldsOf& f, std::size_t at) {
    const auto segment = f.u16(at);
    const auto bus = f.u8(at + 2);
    const auto device = f.u8(at + 3);
    if (!segment || !bus || !device || *segment == 0xffff || *bus == 0xff || *device == 0xff) return std::nullopt;
    return PciLocation{
        *segment, *bus, static_cast<std::uint8_t>(*device >> 3U), static_cast<std::uint8_t>(*device & 7U)
    };
}

Slot slot(const FieldsOf& f) {
    return {f.text(0x04), f.u8(0x05).value_or(0), f.u8(0x07).value_or(0), f.u16(0x09), pci_location(f, 0x0d)};
}

// 7.18.5: bit 15 says KiB instead of MiB; 0x7fff: see the extended size (MiB); 0xffff: unknown.
std::optional<std::uint64_t> memory_size(const FieldsOf& f) {
    const auto size = f.u16(0x0c);
    if (!size || *size == 0xffff) return std::nullopt;
    if (*size == 0x7fff) {
        const auto extended = f.u32(0x1c);
        return extended ? std::optional((std::uint64_t{*extended} & 0x7fffffffU) * 1024) : std::nullopt;
    }
    if ((*size & 0x8000U) != 0) return *size & 0x7fffU;
    return std::uint64_t{*size} * 1024;
}

// 7.18.8 and JEDEC SPD: the low byte counts continuation codes (bit 7 is parity), the high byte is the code.
std::string module_jedec(const FieldsOf& f) {
    const auto id = f.u16(0x2c);
    if (!id || *id == 0 || *id == 0xffff) return "";
    const auto code = static_cast<std::uint8_t>(*id >> 8U);
    return std::to_string((*id & 0x7fU) + 1) + ":" + to_hex(ByteView(&code, 1));
}

MemoryDevice memory_device(const FieldsOf& f) {
    return {f.text(0x10), f.text(0x11), f.text(0x17),   f.text(0x18),    f.text(0x19),
            f.text(0x1a), f.text(0x2b), memory_size(f), module_jedec(f), f.u8(0x12).value_or(0)};
}

// The revision is two digits in BCD: 0x20 is 2.0.
IpmiDevice ipmi_device(const FieldsOf& f) {
    const unsigned revision = f.u8(0x05).value_or(0);
    return {f.u8(0x04).value_or(0), fmt::format("{:x}.{:x}", revision >> 4U, revision & 0xfU)};
}

OnboardDevice onboard_device(const FieldsOf& f) {
    const unsigned type = f.u8(0x05).value_or(0);
    return {
        f.text(0x04), static_cast<std::uint8_t>(type & 0x7fU), (type & 0x80U) != 0, f.u8(0x06).value_or(0),
        pci_location(f, 0x07)
    };
}

// 7.43 and DSP0270 8.3: the interface's data begin with a device type and its descriptor. Version 2 descriptors
// (types 4 and 5) begin with their length.
HostInterface host_interface(const FieldsOf& f) {
    constexpr std::uint8_t network = 0x40;
    HostInterface out;
    out.interface_type = f.u8(0x04).value_or(0);
    const std::size_t size = f.u8(0x05).value_or(0);
    if (out.interface_type != network || size == 0) return out;
    out.device_type = f.u8(0x06).value_or(0);
    const bool second = out.device_type == 4 || out.device_type == 5;
    const std::size_t ids = second ? 0x08 : 0x07;
    const auto vendor = f.u16(ids);
    const auto product = f.u16(ids + 2);
    if (!vendor || !product || ids + 4 > 0x06 + size) return out;
    const std::string id = fmt::format("{:04x}:{:04x}", *vendor, *product);
    if (out.device_type == 2 || out.device_type == 4) out.usb = id;
    if (out.device_type == 3 || out.device_type == 5) out.pci = id;
    return out;
}

TpmDevice tpm_device(const FieldsOf& f) {
    TpmDevice out;
    if (const auto vendor = f.bytes(0x04, 4)) {
        for (const std::uint8_t byte : *vendor) out.vendor = out.vendor << 8U | byte;
    }
    out.specification = fmt::format("{}.{}", f.u8(0x08).value_or(0), f.u8(0x09).value_or(0));
    out.firmware_version = std::uint64_t{f.u32(0x0a).value_or(0)} << 32U | f.u32(0x0e).value_or(0);
    out.description = f.text(0x12);
    return out;
}

FirmwareItem firmware_item(const FieldsOf& f) {
    return {f.text(0x04), f.text(0x05), f.text(0x07), f.text(0x09), f.text(0x0a), f.text(0x0b)};
}

void interpret(const Structure& structure, Version version, Table& table) {
    const FieldsOf f(structure);
    const std::vector<std::string>& text = structure.text;
    switch (structure.type) {
        case 0: table.bios.push_back(bios(f)); break;
        case 1: table.systems.push_back(system(f, version)); break;
        case 2: table.boards.push_back(board(f)); break;
        case 3: table.chassis.push_back(chassis(f)); break;
        case 4: table.processors.push_back(processor(f)); break;
        case 9: table.slots.push_back(slot(f)); break;
        case 11: table.oem_strings.insert(table.oem_strings.end(), text.begin(), text.end()); break;
        case 17: table.memory_devices.push_back(memory_device(f)); break;
        case 38: table.ipmi_devices.push_back(ipmi_device(f)); break;
        case 41: table.onboard_devices.push_back(onboard_device(f)); break;
        case 42: table.host_interfaces.push_back(host_interface(f)); break;
        case 43: table.tpm_devices.push_back(tpm_device(f)); break;
        case 45: table.firmware_items.push_back(firmware_item(f)); break;
        default: break;
    }
}

}  // namespace

Table decode_table(ByteView bytes, Version version) {
    Walk walk = walk_structures(bytes);
    Table table;
    for (const Structure& structure : walk.structures) interpret(structure, version, table);
    table.structures = std::move(walk.structures);
    table.broken = std::move(walk.broken);
    return table;
}

Result<File> decode_file(ByteView bytes) {
    if (!as_text(bytes).starts_with("_SM")) return File{std::nullopt, decode_table(bytes, bare_table_version)};
    TRY(const EntryPoint entry, decode_entry_point(bytes));
    if (entry.table_address >= bytes.size()) {
        return fail(Errc::out_of_range, "smbios entry point", "the table lies outside the file");
    }
    const ByteView rest = bytes.subspan(static_cast<std::size_t>(entry.table_address));
    return File{entry, decode_table(rest.first(std::min(rest.size(), entry.table_bytes)), entry.version)};
}

}  // namespace assay::smbios
