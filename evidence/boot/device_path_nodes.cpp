#include "evidence/boot/device_path_nodes.hpp"

#include "base/encoding.hpp"
#include "base/utf16.hpp"
#include "evidence/hardware/guid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr std::uint16_t pnp_vendor = 0x41d0;  // "PNP" as a compressed EISA id

// UEFI 2.10 table 10.6: the names of PNP devices.
std::string acpi_text(std::uint32_t hid, std::uint32_t uid) {
    if ((hid & 0xffffU) == pnp_vendor) {
        switch (hid >> 16U) {
            case 0x0a03: return fmt::format("PciRoot(0x{:X})", uid);
            case 0x0a08: return fmt::format("PcieRoot(0x{:X})", uid);
            case 0x0604: return fmt::format("Floppy(0x{:X})", uid);
            case 0x0301: return fmt::format("Keyboard(0x{:X})", uid);
            case 0x0501: return fmt::format("Serial(0x{:X})", uid);
            case 0x0401: return fmt::format("ParallelPort(0x{:X})", uid);
            default: return fmt::format("Acpi(PNP{:04X},0x{:X})", hid >> 16U, uid);
        }
    }
    return fmt::format("Acpi(0x{:08X},0x{:X})", hid, uid);
}

std::string nul_ended(Reader& reader) {
    std::string out;
    while (reader.left() > 0) {
        const char c = static_cast<char>(reader.u8());
        if (c == '\0') return out;
        out += c;
    }
    reader.take(1);  // its NUL is not there
    return out;
}

std::string hard_drive_text(Reader& reader) {
    const std::uint32_t partition = reader.u32le();
    const std::uint64_t start = reader.u64le();
    const std::uint64_t size = reader.u64le();
    const ByteView signature = reader.take(16);
    const std::uint8_t format = reader.u8();
    const std::uint8_t signature_type = reader.u8();
    if (reader.failed()) return {};
    std::string type = fmt::format("{},{}", format, signature_type);
    std::string id = to_hex(signature);
    if (signature_type == 2) {
        type = "GPT";
        id = guid_text(signature.first<16>());
    } else if (signature_type == 1) {
        type = "MBR";
        id = fmt::format("0x{:08X}", Reader(signature).u32le());
    }
    return fmt::format("HD({},{},{},0x{:X},0x{:X})", partition, type, id, start, size);
}

std::string bbs_text(Reader& reader) {
    static constexpr std::array names{"Reserved", "Floppy", "HD", "CDROM", "PCMCIA", "USB", "Network"};
    const std::uint16_t type = reader.u16le();
    const std::uint16_t status = reader.u16le();
    const std::string kind = type < names.size() ? names[type] : fmt::format("0x{:X}", type);
    return fmt::format("BBS({},{},0x{:X})", kind, as_text(reader.take(reader.left())), status);
}

}  // namespace

std::string read_guid_text(Reader& reader) {
    const ByteView bytes = reader.take(16);
    return reader.failed() ? std::string() : guid_text(bytes.first<16>());
}

std::optional<std::string> hardware_node_text(std::uint8_t subtype, Reader& reader) {
    switch (subtype) {
        case 1: {
            const std::uint8_t function = reader.u8();
            return fmt::format("Pci(0x{:X},0x{:X})", reader.u8(), function);
        }
        case 2: return fmt::format("PcCard(0x{:X})", reader.u8());
        case 3: {
            const std::uint32_t type = reader.u32le();
            const std::uint64_t start = reader.u64le();
            return fmt::format("MemoryMapped(0x{:X},0x{:X},0x{:X})", type, start, reader.u64le());
        }
        case 4: {
            const std::string guid = read_guid_text(reader);
            const std::string data = to_hex(reader.take(reader.left()));
            return "VenHw(" + guid + (data.empty() ? "" : "," + data) + ")";
        }
        case 5: return fmt::format("Ctrl(0x{:X})", reader.u32le());
        case 6: {
            const std::uint8_t type = reader.u8();
            return fmt::format("BMC(0x{:X},0x{:X})", type, reader.u64le());
        }
        default: return std::nullopt;
    }
}

std::optional<std::string> acpi_node_text(std::uint8_t subtype, Reader& reader) {
    switch (subtype) {
        case 1: {
            const std::uint32_t hid = reader.u32le();
            return acpi_text(hid, reader.u32le());
        }
        case 2: {
            const std::uint32_t hid = reader.u32le();
            const std::uint32_t uid = reader.u32le();
            const std::uint32_t cid = reader.u32le();
            const std::string hid_text = nul_ended(reader);
            const std::string uid_text = nul_ended(reader);
            const std::string cid_text = nul_ended(reader);
            return fmt::format(
                "AcpiEx(0x{:08X},0x{:08X},0x{:X},{},{},{})", hid, cid, uid, hid_text, cid_text, uid_text
            );
        }
        case 3: {
            std::string out = fmt::format("AcpiAdr(0x{:X}", reader.u32le());
            while (reader.left() >= 4) out += fmt::format(",0x{:X}", reader.u32le());
            return out + ")";
        }
        case 4: return fmt::format("NvdimmAcpiAdr(0x{:X})", reader.u32le());
        default: return std::nullopt;
    }
}

std::optional<std::string> media_node_text(std::uint8_t subtype, Reader& reader) {
    switch (subtype) {
        case 1: return hard_drive_text(reader);
        case 2: {
            const std::uint32_t entry = reader.u32le();
            const std::uint64_t start = reader.u64le();
            return fmt::format("CDROM(0x{:X},0x{:X},0x{:X})", entry, start, reader.u64le());
        }
        case 3: {
            const std::string guid = read_guid_text(reader);
            const std::string data = to_hex(reader.take(reader.left()));
            return "VenMedia(" + guid + (data.empty() ? "" : "," + data) + ")";
        }
        case 4: return utf8_of_utf16le_until_nul(reader.take(reader.left()));
        case 5: return "Media(" + read_guid_text(reader) + ")";
        case 6: return "FvFile(" + read_guid_text(reader) + ")";
        case 7: return "Fv(" + read_guid_text(reader) + ")";
        case 8: {
            reader.u32le();
            const std::uint64_t start = reader.u64le();
            return fmt::format("Offset(0x{:X},0x{:X})", start, reader.u64le());
        }
        case 9: {
            const std::uint64_t start = reader.u64le();
            const std::uint64_t end = reader.u64le();
            const std::string guid = read_guid_text(reader);
            return fmt::format("RamDisk(0x{:X},0x{:X},{},{})", start, end, reader.u16le(), guid);
        }
        default: return std::nullopt;
    }
}

std::string device_path_node_text(const DevicePathNode& node) {
    Reader reader(node.data);
    std::optional<std::string> out;
    switch (node.type) {
        case 1: out = hardware_node_text(node.subtype, reader); break;
        case 2: out = acpi_node_text(node.subtype, reader); break;
        case 3: out = messaging_node_text(node.subtype, reader); break;
        case 4: out = media_node_text(node.subtype, reader); break;
        case 5:
            if (node.subtype == 1) out = bbs_text(reader);
            break;
        default: break;
    }
    if (out && !reader.failed()) return *out;
    const std::string data = to_hex(node.data);
    return fmt::format("Path({},{}{}{})", node.type, node.subtype, data.empty() ? "" : ",", data);
}

}  // namespace assay
