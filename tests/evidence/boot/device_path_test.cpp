// Device paths and boot options: UEFI 2.10, 10.3, 10.6 and 3.1.3, and those of a virtual machine's boot.

#include "evidence/boot/device_path.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/writer.hpp"
#include "evidence/boot/coverage.hpp"
#include "evidence/boot/event_data.hpp"
#include "evidence/boot/load_option.hpp"
#include "evidence/limits.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

const std::string end_hex = "7fff0400";

Bytes node(std::uint8_t type, std::uint8_t subtype, const std::string& data_hex) {
    const Bytes data = from_hex(data_hex).value();
    return Writer().u8(type).u8(subtype).u16le(static_cast<std::uint16_t>(data.size() + 4)).raw(data).take();
}

std::string shown(std::uint8_t type, std::uint8_t subtype, const std::string& data_hex) {
    const Bytes bytes = node(type, subtype, data_hex);
    return text(decode_device_path(bytes).value());
}

TEST_SUITE("device path") {
    TEST_CASE("the images that a virtual machine booted") {
        const EventLog log = decode_event_log(test::data("vm-measured-boot/tpm/binary_bios_measurements")).value();
        std::vector<std::string> paths;
        for (const LogEvent& event : log.events()) {
            const auto decoded = boot::decode_event_data(event.type.shown(), event.data.shown());
            if (const auto* image = std::get_if<boot::ImageLoad>(&decoded.data)) {
                paths.push_back(text(decode_device_path(image->device_path).value()));
            }
        }
        REQUIRE(paths.size() == 4);
        CHECK(
            paths[0] ==
            "PciRoot(0x0)/Pci(0x3,0x0)/HD(1,GPT,6b1e2c1e-0000-4000-8000-000000000002,0x800,0x2F000)/"
            "\\EFI\\BOOT\\BOOTX64.EFI"
        );
        CHECK(paths[1] == "\\EFI\\BOOT\\grubx64.efi");
        CHECK(paths[2].empty());  // shim hands GRUB's and the kernel's over without one
        CHECK(paths[3].empty());
    }

    TEST_CASE("nodes as the specification spells them") {
        struct Case {
            std::uint8_t type;
            std::uint8_t subtype;
            const char* data;
            const char* text;
        };
        const Case cases[] = {
            {1, 1, "021f", "Pci(0x1F,0x2)"},
            {1, 3, "0b000000000082000000000000ffff8200000000", "MemoryMapped(0xB,0x820000,0x82FFFF00)"},
            {1, 4, "61dfe48bca93d211aa0d00e098032b8c", "VenHw(8be4df61-93ca-11d2-aa0d-00e098032b8c)"},
            {1, 4, "61dfe48bca93d211aa0d00e098032b8c07", "VenHw(8be4df61-93ca-11d2-aa0d-00e098032b8c,07)"},
            {1, 5, "02000000", "Ctrl(0x2)"},
            {2, 1, "d041030a01000000", "PciRoot(0x1)"},
            {2, 1, "d041080a00000000", "PcieRoot(0x0)"},
            {2, 1, "d041010501000000", "Serial(0x1)"},
            {2, 1, "d041090503000000", "Acpi(PNP0509,0x3)"},
            {2, 3, "0001018002010180", "AcpiAdr(0x80010100,0x80010102)"},
            {3, 1, "01000200", "Ata(Secondary,Master,0x2)"},
            {3, 2, "03000100", "Scsi(0x3,0x1)"},
            {3, 5, "0102", "USB(0x1,0x2)"},
            {3, 11,
             "525400123456"
             "0000000000000000000000000000000000000000000000000000"
             "01",
             "MAC(525400123456,0x1)"},
            {3, 12, "0a00000f0a00000200000000110000", "IPv4(10.0.0.2,UDP,DHCP,10.0.0.15)"},
            {3, 12, "0a00000f0a000002000000000600010a000001ffffff00",
             "IPv4(10.0.0.2,TCP,Static,10.0.0.15,10.0.0.1,255.255.255.0)"},
            {3, 14,
             "0000000000c20100000000000801"
             "01",
             "Uart(115200,8,N,1)"},
            {3, 15, "ffffffff030101", "UsbClass(0xFFFF,0xFFFF,0x3,0x1,0x1)"},
            {3, 18, "0000ffff0000", "Sata(0x0,0xFFFF,0x0)"},
            {3, 20, "6400", "Vlan(100)"},
            {3, 23,
             "01000000"
             "0011223344556677",
             "NVMe(0x1,77-66-55-44-33-22-11-00)"},
            {3, 24, "687474703a2f2f612f62", "Uri(http://a/b)"},
            {3, 10, "6560a6df19b4d3119a2d0090273fc14d", "VenVt100()"},
            {4, 1,
             "01000000"
             "0008000000000000"
             "0000100000000000"
             "aabbccdd"
             "000000000000000000000000"
             "0101",
             "HD(1,MBR,0xDDCCBBAA,0x800,0x100000)"},
            {4, 1,
             "02000000"
             "2200000000000000"
             "1000000000000000"
             "61dfe48bca93d211aa0d00e098032b8c"
             "0202",
             "HD(2,GPT,8be4df61-93ca-11d2-aa0d-00e098032b8c,0x22,0x10)"},
            {4, 4, "5c0041005c0042000000", "\\A\\B"},
            {4, 6, "61dfe48bca93d211aa0d00e098032b8c", "FvFile(8be4df61-93ca-11d2-aa0d-00e098032b8c)"},
            {5, 1, "0200000043440a", "BBS(HD,CD\\u{a},0x0)"},
            // Named by nobody, or too short for what they are.
            {3, 99, "0102", "Path(3,99,0102)"},
            {9, 9, "", "Path(9,9)"},
            {1, 1, "02", "Path(1,1,02)"},
            {4, 1, "0100", "Path(4,1,0100)"},
        };
        for (const Case& one : cases) {
            CAPTURE(std::string(one.text));
            CHECK(shown(one.type, one.subtype, one.data) == one.text);
        }
    }

    TEST_CASE("nodes are joined by /, instances by ,") {
        const Bytes pci = node(1, 1, "0001");
        Bytes bytes = node(2, 1, "d041030a00000000");
        bytes.insert(bytes.end(), pci.begin(), pci.end());
        const Bytes next = from_hex("7f010400").value();
        bytes.insert(bytes.end(), next.begin(), next.end());
        bytes.insert(bytes.end(), pci.begin(), pci.end());
        const Bytes end = from_hex(end_hex + "beef").value();
        bytes.insert(bytes.end(), end.begin(), end.end());
        const DevicePath path = decode_device_path(bytes).value();
        CHECK(text(path) == "PciRoot(0x0)/Pci(0x1,0x0),Pci(0x1,0x0)");
        CHECK(path.ended);
        CHECK(to_hex(path.trailing) == "beef");
        CHECK(encode_device_path(path) == bytes);
    }

    TEST_CASE("what a hostile path says reaches no terminal raw, and no more of it than the limit") {
        const std::string escape = shown(3, 24, "1b5b324a0a");
        CHECK(escape == "Uri(\\u{1b}[2J\\u{a})");
        Bytes bytes;
        const Bytes one = node(3, 24, std::string(2000, '4'));
        for (int i = 0; i < 8; ++i) bytes.insert(bytes.end(), one.begin(), one.end());
        CHECK(text(decode_device_path(bytes).value()).size() == limits::boot_text_bytes);
    }

    TEST_CASE("lengths that lie and an end with data are refused, and so is a path cut within a node") {
        const auto refused = [](const std::string& hex) {
            const auto path = decode_device_path(from_hex(hex).value());
            return path ? std::string("none") : std::string(word(path.error().code));
        };
        CHECK(refused("01010000") == "bad_value");
        CHECK(refused("01010300") == "bad_value");
        CHECK(refused("0101ffff0000") == "truncated");
        CHECK(refused("7fff050000") == "bad_value");
        CHECK(refused("") == "none");
        const std::string whole = "010106000102" + end_hex;
        for (std::size_t size = 0; size <= whole.size(); size += 2) {
            CHECK((refused(whole.substr(0, size)) == "none") == (size == 0 || size == 12 || size == whole.size()));
        }
    }

    TEST_CASE("the limit of nodes: as many are read, one more is not") {
        Bytes bytes;
        const Bytes one = node(1, 1, "0000");
        for (std::size_t i = 0; i < limits::device_path_nodes; ++i) bytes.insert(bytes.end(), one.begin(), one.end());
        const Bytes end = from_hex(end_hex).value();
        Bytes with_end = bytes;
        with_end.insert(with_end.end(), end.begin(), end.end());
        CHECK(decode_device_path(with_end)->nodes.size() == limits::device_path_nodes);
        bytes.insert(bytes.end(), one.begin(), one.end());
        CHECK(decode_device_path(bytes).error().code == Errc::limit_exceeded);
    }
}

TEST_SUITE("load option") {
    Bytes option_bytes() {
        const Bytes path = from_hex(
                               "02010c00d041030a00000000"
                               "010106000001"
                               "7fff0400"
        )
                               .value();
        Writer w;
        w.u32le(1).u16le(static_cast<std::uint16_t>(path.size()));
        for (const char c : std::string("UEFI Disk")) w.u16le(static_cast<std::uint8_t>(c));
        return w.u16le(0).raw(path).raw(Bytes{0xaa, 0xbb}).take();
    }

    TEST_CASE("title, paths and optional data, and the same bytes again") {
        const Bytes bytes = option_bytes();
        const LoadOption option = decode_load_option(bytes).value();
        CHECK(option.active());
        CHECK(option.title() == "UEFI Disk");
        CHECK(to_hex(option.optional_data) == "aabb");
        const auto paths = paths_of(option).value();
        REQUIRE(paths.size() == 1);
        CHECK(text(paths[0]) == "PciRoot(0x0)/Pci(0x1,0x0)");
        CHECK(encode_load_option(option) == bytes);
    }

    TEST_CASE("cut anywhere before its optional data it is refused") {
        const Bytes bytes = option_bytes();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CAPTURE(size);
            const auto option = decode_load_option(ByteView(bytes).first(size));
            CHECK(option.has_value() == (size >= bytes.size() - 2));
        }
    }

    TEST_CASE("more paths than the limit are refused") {
        const auto with = [](std::size_t paths) {
            Writer w;
            w.u32le(0).u16le(static_cast<std::uint16_t>(4 * paths)).u16le(0);
            for (std::size_t i = 0; i < paths; ++i) w.raw(from_hex(end_hex).value());
            const Bytes bytes = w.take();
            return paths_of(decode_load_option(bytes).value());
        };
        CHECK(with(limits::device_path_nodes)->size() == limits::device_path_nodes);
        CHECK(with(limits::device_path_nodes + 1).error().code == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay
