#include "base/encoding.hpp"
#include "base/utf16.hpp"
#include "evidence/boot/device_path_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

std::string ipv4(ByteView address) {
    if (address.size() != 4) return {};
    return fmt::format("{}.{}.{}.{}", address[0], address[1], address[2], address[3]);
}

// Every group in full: the specification's form, and no choice of what to leave out.
std::string ipv6(ByteView address) {
    std::string out;
    for (std::size_t i = 0; i + 1 < address.size(); i += 2) {
        out += fmt::format("{}{:02x}{:02x}", i == 0 ? "" : ":", address[i], address[i + 1]);
    }
    return out;
}

std::string protocol(std::uint16_t number) {
    if (number == 6) return "TCP";
    if (number == 17) return "UDP";
    return fmt::format("0x{:X}", number);
}

std::string ipv4_text(Reader& reader) {
    const std::string local = ipv4(reader.take(4));
    const std::string remote = ipv4(reader.take(4));
    reader.u16le();  // ports
    reader.u16le();
    const std::string used = protocol(reader.u16le());
    const char* const how = reader.u8() == 0 ? "DHCP" : "Static";
    if (reader.left() < 8) return fmt::format("IPv4({},{},{},{})", remote, used, how, local);
    const std::string gateway = ipv4(reader.take(4));
    return fmt::format("IPv4({},{},{},{},{},{})", remote, used, how, local, gateway, ipv4(reader.take(4)));
}

std::string ipv6_text(Reader& reader) {
    static constexpr std::array origins{"Static", "StatelessAutoConfigure", "StatefulAutoConfigure"};
    const std::string local = ipv6(reader.take(16));
    const std::string remote = ipv6(reader.take(16));
    reader.u16le();  // ports
    reader.u16le();
    const std::string used = protocol(reader.u16le());
    const std::uint8_t origin = reader.u8();
    const std::string how = origin < origins.size() ? origins[origin] : fmt::format("0x{:X}", origin);
    if (reader.left() < 17) return fmt::format("IPv6({},{},{},{})", remote, used, how, local);
    const std::uint8_t prefix = reader.u8();
    return fmt::format("IPv6({},{},{},{},{},0x{:X})", remote, used, how, local, ipv6(reader.take(16)), prefix);
}

std::string vendor_text(Reader& reader) {
    const std::string guid = read_guid_text(reader);
    const std::string data = to_hex(reader.take(reader.left()));
    struct Known {
        std::string_view guid;
        std::string_view name;
    };
    static constexpr std::array known{
        Known{"e0c14753-f9be-11d2-9a0c-0090273fc14d", "VenPcAnsi"},
        Known{"dfa66065-b419-11d3-9a2d-0090273fc14d", "VenVt100"},
        Known{"7baec70b-57e0-4c76-8e87-2f9e28088343", "VenVt100Plus"},
        Known{"ad15a0d6-8bec-4acf-a073-d01de77e2d88", "VenUtf8"},
    };
    const auto found = std::ranges::find(known, guid, &Known::guid);
    if (found != known.end() && data.empty()) return std::string(found->name) + "()";
    return "VenMsg(" + guid + (data.empty() ? "" : "," + data) + ")";
}

std::string uart_text(Reader& reader) {
    static constexpr std::string_view parities = "DNEOMS";
    static constexpr std::array stops{"D", "1", "1.5", "2"};
    reader.u32le();
    const std::uint64_t baud = reader.u64le();
    const std::uint8_t bits = reader.u8();
    const std::uint8_t parity = reader.u8();
    const std::uint8_t stop = reader.u8();
    const std::string_view parity_text = parity < parities.size() ? parities.substr(parity, 1) : "x";
    return fmt::format("Uart({},{},{},{})", baud, bits, parity_text, stop < stops.size() ? stops[stop] : "x");
}

std::string usb_class_text(Reader& reader) {
    const std::uint16_t vendor = reader.u16le();
    const std::uint16_t product = reader.u16le();
    const std::uint8_t device_class = reader.u8();
    const std::uint8_t subclass = reader.u8();
    return fmt::format(
        "UsbClass(0x{:X},0x{:X},0x{:X},0x{:X},0x{:X})", vendor, product, device_class, subclass, reader.u8()
    );
}

std::string usb_wwid_text(Reader& reader) {
    const std::uint16_t interface = reader.u16le();
    const std::uint16_t vendor = reader.u16le();
    const std::uint16_t product = reader.u16le();
    const std::string serial = utf8_of_utf16le_until_nul(reader.take(reader.left()));
    return fmt::format("UsbWwid(0x{:X},0x{:X},0x{:X},\"{}\")", vendor, product, interface, serial);
}

std::string nvme_text(Reader& reader) {
    std::string out = fmt::format("NVMe(0x{:X},", reader.u32le());
    const ByteView eui = reader.take(8);
    for (std::size_t i = eui.size(); i-- > 0;) out += fmt::format("{:02X}{}", eui[i], i == 0 ? "" : "-");
    return out + ")";
}

std::string iscsi_text(Reader& reader) {
    reader.u16le();  // protocol: TCP is the only one
    const std::uint16_t options = reader.u16le();
    const std::string lun = to_hex(reader.take(8));
    const std::uint16_t group = reader.u16le();
    return fmt::format("iSCSI({},0x{:X},0x{},0x{:X})", as_text(reader.take(reader.left())), group, lun, options);
}

std::string dns_text(Reader& reader) {
    const bool is_v6 = reader.u8() != 0;
    std::string out = "Dns(";
    while (reader.left() >= 16) {
        const ByteView address = reader.take(16);
        if (out.back() != '(') out += ',';
        out += is_v6 ? ipv6(address) : ipv4(address.first(4));
    }
    return out + ")";
}

// "Name(0x1,0x2)" of two numbers of `size` bytes.
std::string pair_text(std::string_view name, Reader& reader, std::size_t size) {
    const auto number = [&reader, size]() -> std::uint64_t {
        if (size == 1) return reader.u8();
        return size == 2 ? reader.u16le() : reader.u64le();
    };
    const std::uint64_t first = number();
    return fmt::format("{}(0x{:X},0x{:X})", name, first, number());
}

std::optional<std::string> network_text(std::uint8_t subtype, Reader& reader) {
    switch (subtype) {
        case 11: {
            const ByteView address = reader.take(32);
            const std::uint8_t type = reader.u8();
            // Interface types 0 and 1 are Ethernet: six of the bytes count.
            return fmt::format(
                "MAC({},0x{:X})", to_hex(address.first(std::min<std::size_t>(address.size(), type <= 1 ? 6 : 32))), type
            );
        }
        case 12: return ipv4_text(reader);
        case 13: return ipv6_text(reader);
        case 20: return fmt::format("Vlan({})", reader.u16le());
        case 24: return "Uri(" + to_text(reader.take(reader.left())) + ")";
        case 27: return "Bluetooth(" + to_hex(reader.take(6)) + ")";
        case 28: {
            const std::string ssid = to_text(reader.take(32));
            return "Wi-Fi(" + ssid.substr(0, ssid.find('\0')) + ")";
        }
        case 30: {
            const std::string address = to_hex(reader.take(6));
            return fmt::format("BluetoothLE({},0x{:02X})", address, reader.u8());
        }
        case 31: return dns_text(reader);
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> messaging_node_text(std::uint8_t subtype, Reader& reader) {
    switch (subtype) {
        case 1: {
            const char* const channel = reader.u8() == 1 ? "Secondary" : "Primary";
            const char* const drive = reader.u8() == 1 ? "Slave" : "Master";
            return fmt::format("Ata({},{},0x{:X})", channel, drive, reader.u16le());
        }
        case 2: return pair_text("Scsi", reader, 2);
        case 3: reader.u32le(); return pair_text("Fibre", reader, 8);
        case 4: reader.u32le(); return fmt::format("I1394({:016X})", reader.u64le());
        case 5: return pair_text("USB", reader, 1);
        case 6: return fmt::format("I2O(0x{:X})", reader.u32le());
        case 9: {
            const std::uint32_t flags = reader.u32le();
            const std::string gid = read_guid_text(reader);
            const std::uint64_t service = reader.u64le();
            const std::uint64_t target = reader.u64le();
            return fmt::format(
                "Infiniband(0x{:X},{},0x{:X},0x{:X},0x{:X})", flags, gid, service, target, reader.u64le()
            );
        }
        case 10: return vendor_text(reader);
        case 14: return uart_text(reader);
        case 15: return usb_class_text(reader);
        case 16: return usb_wwid_text(reader);
        case 17: return fmt::format("Unit(0x{:X})", reader.u8());
        case 18: {
            const std::uint16_t port = reader.u16le();
            const std::uint16_t multiplier = reader.u16le();
            return fmt::format("Sata(0x{:X},0x{:X},0x{:X})", port, multiplier, reader.u16le());
        }
        case 19: return iscsi_text(reader);
        case 21:
        case 22: {
            if (subtype == 21) reader.u32le();
            const std::string wwn = to_hex(reader.take(8));
            return fmt::format("{}(0x{},0x{})", subtype == 21 ? "FibreEx" : "SasEx", wwn, to_hex(reader.take(8)));
        }
        case 23: return nvme_text(reader);
        case 25: return pair_text("UFS", reader, 1);
        case 26: return fmt::format("SD(0x{:X})", reader.u8());
        case 29: return fmt::format("eMMC(0x{:X})", reader.u8());
        case 32: return "NvdimmNamespace(" + read_guid_text(reader) + ")";
        default: return network_text(subtype, reader);
    }
}

}  // namespace assay
