#include "evidence/hardware/pci_config.hpp"

#include "evidence/hardware/little_endian.hpp"

#include <fmt/format.h>

#include <bitset>
#include <utility>

namespace assay::pci {
namespace {

// Offsets in the header that all types share (PCI 3.0 6.1).
constexpr std::size_t status_at = 0x06;
constexpr std::size_t header_type_at = 0x0e;
constexpr unsigned capabilities_list = 1U << 4U;  // Status
constexpr unsigned multi_function = 1U << 7U;     // Header Type

// Capability ids: PCI Code and ID Assignment Specification 1.11, section 2; extended ones, section 3.
constexpr std::uint8_t capability_subsystem = 0x0d;
constexpr std::uint8_t capability_express = 0x10;
constexpr std::uint16_t extended_serial = 0x0003;
constexpr std::uint16_t extended_virtual_functions = 0x0010;

Error cut_at(std::size_t offset, const char* what) {
    return {
        Errc::truncated, fmt::format("{:#05x}", offset), fmt::format("{} runs out of the configuration space", what)
    };
}

// PCIe 5.0 7.5.3: the PCI Express Capability structure.
void read_express(ByteView bytes, std::size_t at, Config& out) {
    constexpr std::size_t flags = 0x02;
    constexpr std::size_t link = 0x0c;          // Link Capabilities; Link Status at 0x12
    constexpr std::size_t slot = 0x14;          // Slot Capabilities, Control, Status
    constexpr std::size_t without_link = 0x0c;  // bytes of the structure of an integrated function
    constexpr std::size_t with_link = 0x14;
    constexpr std::size_t with_slot = 0x1c;
    out.is_express = true;
    if (at + without_link > bytes.size()) {
        out.broken = cut_at(at, "the PCI Express capability");
        return;
    }
    const unsigned type = (le16(bytes, at + flags) >> 4U) & 0xfU;
    const bool integrated = type == 0x9 || type == 0xa;  // Root Complex Integrated Endpoint, Event Collector: no link
    // Root Port, Downstream Port, PCI to PCI Express Bridge: what a slot is below.
    const bool port = type == 0x4 || type == 0x6 || type == 0x8;
    const bool has_slot = port && (le16(bytes, at + flags) & 0x0100U) != 0;
    if (integrated) return;
    if (at + (has_slot ? with_slot : with_link) > bytes.size()) {
        out.broken = cut_at(at, "the PCI Express capability");
        return;
    }
    const bool link_is_reported = (le32(bytes, at + link) & (1U << 20U)) != 0;
    if (link_is_reported) out.link_up = (le16(bytes, at + 0x12) & (1U << 13U)) != 0;
    if (!has_slot) return;
    const std::uint32_t capabilities = le32(bytes, at + slot);
    const std::uint16_t control = le16(bytes, at + slot + 4);
    const std::uint16_t status = le16(bytes, at + slot + 6);
    out.slot = Slot{
        .physical_number = capabilities >> 19U,
        .hot_plug = (capabilities & (1U << 6U)) != 0,
        .occupied = (status & (1U << 6U)) != 0,
        .powered = std::nullopt,
    };
    // Power Controller Control: 0 is on.
    if ((capabilities & (1U << 1U)) != 0) out.slot->powered = (control & (1U << 10U)) == 0;
}

void set_subsystem(std::uint16_t vendor, std::uint16_t device, Config& out) {
    if (vendor != 0 || device != 0) out.subsystem = SubsystemIds{vendor, device};
}

void read_capability(ByteView bytes, std::size_t at, Config& out) {
    if (bytes[at] == capability_express) return read_express(bytes, at, out);
    if (bytes[at] != capability_subsystem || out.header != HeaderType::bridge) return;
    // Bridge Architecture 1.2 3.2.5.13.
    if (at + 8 > bytes.size()) {
        out.broken = cut_at(at, "the subsystem capability");
        return;
    }
    set_subsystem(le16(bytes, at + 4), le16(bytes, at + 6), out);
}

// PCI 3.0 6.7: the list begins at 0x34 (of CardBus bridges at 0x14), an entry is its id and the next one's place, whose
// two lowest bits mean nothing.
void walk_capabilities(ByteView bytes, Config& out) {
    std::bitset<conventional_bytes> seen;
    std::size_t at = bytes[out.header == HeaderType::cardbus ? 0x14 : 0x34] & 0xfcU;
    while (at != 0 && !out.broken) {
        if (at < header_bytes || seen.test(at)) {
            out.broken = Error{
                Errc::bad_value, fmt::format("{:#05x}", at),
                seen.test(at) ? "the list of capabilities is a loop" : "a capability stands inside the header"
            };
            return;
        }
        seen.set(at);
        if (bytes[at] == 0xff) {
            out.broken = Error{Errc::bad_value, fmt::format("{:#05x}", at), "a capability reads as all bits set"};
            return;
        }
        out.capabilities.push_back(bytes[at]);
        read_capability(bytes, at, out);
        at = bytes[at + 1] & 0xfcU;
    }
}

void read_extended(ByteView bytes, std::size_t at, std::uint16_t id, Config& out) {
    if (id == extended_serial) {  // PCIe 5.0 7.9.3
        if (at + 0x0c > bytes.size()) return void(out.broken = cut_at(at, "the device serial number"));
        out.serial = le32(bytes, at + 4) | (std::uint64_t{le32(bytes, at + 8)} << 32U);
    } else if (id == extended_virtual_functions) {  // PCIe 5.0 9.3.3
        if (at + 0x40 > bytes.size()) return void(out.broken = cut_at(at, "the SR-IOV capability"));
        const bool enabled = (le16(bytes, at + 0x08) & 1U) != 0;
        const std::uint16_t count = le16(bytes, at + 0x10);
        out.virtual_functions = VirtualFunctions{le16(bytes, at + 0x0e), enabled ? count : std::uint16_t{0}};
    }
}

// PCIe 5.0 7.6.3: id in bits 15:0, version in 19:16, the next one's place in 31:20. Nothing at all is an id of zero, or
// all bits set.
void walk_extended(ByteView bytes, Config& out) {
    std::bitset<extended_bytes> seen;
    std::size_t at = conventional_bytes;
    while (!out.broken) {
        const std::uint32_t header = le32(bytes, at);
        const auto id = static_cast<std::uint16_t>(header & 0xffffU);
        const std::size_t next = (header >> 20U) & 0xffcU;
        if (header == 0 || id == 0xffff) return;
        seen.set(at);
        if (id != 0) {
            out.extended.push_back(id);
            read_extended(bytes, at, id, out);
        }
        if (next == 0 || out.broken) return;
        if (next < conventional_bytes || seen.test(next)) {
            out.broken = Error{
                Errc::bad_value, fmt::format("{:#05x}", at),
                next < conventional_bytes ? "the next extended capability stands in the conventional space"
                                          : "the list of extended capabilities is a loop"
            };
            return;
        }
        at = next;
    }
}

// PCI 3.0 6.2.5.2; Bridge Architecture 1.2 3.2.5.11. The address has 21 bits, 31:11.
void read_rom_bar(ByteView bytes, Config& out) {
    if (out.header == HeaderType::cardbus) return;
    const std::uint32_t bar = le32(bytes, out.header == HeaderType::bridge ? 0x38 : 0x30);
    if (bar != 0 && bar != 0xffffffffU) out.rom = RomBar{bar & 0xfffff800U, (bar & 1U) != 0};
}

}  // namespace

Result<Config> decode_config(ByteView bytes) {
    if (bytes.size() < header_bytes) return fail(Errc::truncated, "configuration space", "is shorter than 64 bytes");
    if (bytes.size() > extended_bytes) {
        return fail(Errc::limit_exceeded, "configuration space", "is longer than 4096 bytes");
    }
    Config out;
    out.vendor = le16(bytes, 0);
    out.device = le16(bytes, 2);
    if (out.vendor == 0xffff) return fail(Errc::gone, "configuration space", "the function does not answer");
    const unsigned type = bytes[header_type_at] & ~multi_function;
    if (type > 2) return fail(Errc::unsupported, "configuration space", fmt::format("has header type {:#04x}", type));
    out.header = static_cast<HeaderType>(type);
    out.has_capabilities = (le16(bytes, status_at) & capabilities_list) != 0;
    if (out.header == HeaderType::function) set_subsystem(le16(bytes, 0x2c), le16(bytes, 0x2e), out);
    if (out.header != HeaderType::function) out.secondary_bus = bytes[0x19];
    read_rom_bar(bytes, out);
    if (bytes.size() < conventional_bytes) return out;
    out.depth = bytes.size() < extended_bytes ? Depth::conventional : Depth::extended;
    if (out.header == HeaderType::cardbus) set_subsystem(le16(bytes, 0x40), le16(bytes, 0x42), out);
    if (out.has_capabilities) walk_capabilities(bytes.first(conventional_bytes), out);
    if (out.depth != Depth::extended) return out;
    std::optional<Error> first = std::exchange(out.broken, std::nullopt);  // one list says nothing of the other
    walk_extended(bytes, out);
    if (first) out.broken = std::move(first);
    return out;
}

std::string serial_text(std::uint64_t serial) {
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8) {
        if (!out.empty()) out += '-';
        out += fmt::format("{:02x}", (serial >> static_cast<unsigned>(shift)) & 0xffU);
    }
    return out;
}

}  // namespace assay::pci
