// Slots, onboard devices, BMC, TPM and firmware structures, by hand after DSP0134 3.7.0, and each cut at every length.

#include "base/text.hpp"
#include "evidence/hardware/smbios.hpp"
#include "evidence/hardware/smbios_words.hpp"
#include "tests/support/smbios_bytes.hpp"

#include <doctest/doctest.h>

namespace assay::smbios {
namespace {

using test::joined;
using test::smbios_fields;
using test::smbios_structure;

Table table_of(const Bytes& bytes) {
    Table table = decode_table(bytes, {3, 7});
    CHECK_FALSE(table.broken.has_value());
    return table;
}

// A structure that says it is shorter than it could be: firmware of an older version of the specification.
Bytes shortened(const Bytes& rest, std::uint8_t type, std::size_t length, const std::vector<std::string>& text) {
    return smbios_structure(type, Bytes(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length - 4)), text);
}

TEST_SUITE("smbios_parts") {
    TEST_CASE("a slot has its designation, type, usage, id and the address of what sits in it (7.10)") {
        const Bytes slot = smbios_fields(
            0x11, {{0x04, {1}}, {0x05, {0xb6, 0x0d, 0x04, 0x04}}, {0x09, {2, 0}}, {0x0d, {0x01, 0, 0x5e, 0x0a}}}
        );
        const Table table = table_of(smbios_structure(9, slot, {"PCIe Slot 2"}));
        REQUIRE(table.slots.size() == 1);
        CHECK(table.slots[0].designation.text() == "PCIe Slot 2");
        CHECK(slot_type(table.slots[0].type) == "pcie_3_x16");
        CHECK(slot_usage(table.slots[0].usage) == "in_use");
        CHECK(table.slots[0].id == std::uint16_t{2});
        CHECK(table.slots[0].location == PciLocation{1, 0x5e, 1, 2});
    }

    TEST_CASE("a slot on no PCI bus, or of a version before addresses, has none") {
        for (const std::size_t ones : {0x0dU, 0x0fU, 0x10U}) {
            Bytes slot = smbios_fields(0x11, {{0x0f, {1, 8}}});
            slot[ones - 4] = 0xff;
            if (ones == 0x0d) slot[ones - 3] = 0xff;
            CHECK_FALSE(table_of(smbios_structure(9, slot)).slots.at(0).location.has_value());
        }
        CHECK_FALSE(table_of(smbios_structure(9, smbios_fields(0x0d, {}))).slots.at(0).location.has_value());
    }

    TEST_CASE("onboard devices have their status bit taken off their type (7.42)") {
        const Bytes nic = smbios_fields(0x0b, {{0x04, {1}}, {0x05, {0x85, 3}}, {0x09, {2, 1}}});
        const Bytes off = smbios_fields(0x0b, {{0x04, {1}}, {0x05, {0x05, 4}}, {0x09, {2, 2}}});
        const Table table = table_of(
            joined({smbios_structure(41, nic, {"Integrated NIC 3"}), smbios_structure(41, off, {"Integrated NIC 4"})})
        );
        REQUIRE(table.onboard_devices.size() == 2);
        CHECK(table.onboard_devices[0].designation.text() == "Integrated NIC 3");
        CHECK(table.onboard_devices[0].type == 5);
        CHECK(table.onboard_devices[0].enabled);
        CHECK(table.onboard_devices[0].instance == 3);
        CHECK(table.onboard_devices[0].location == PciLocation{0, 2, 0, 1});
        CHECK_FALSE(table.onboard_devices[1].enabled);
    }

    TEST_CASE("OEM strings of all structures stand together (7.12)") {
        const Table table = table_of(
            joined({smbios_structure(11, {2}, {"SDK: huawei iBMC", "two"}), smbios_structure(11, {1}, {"three"})})
        );
        CHECK(table.oem_strings == std::vector<std::string>{"SDK: huawei iBMC", "two", "three"});
    }

    TEST_CASE("an IPMI device tells its interface and version in BCD (7.39)") {
        const Table table = table_of(smbios_structure(38, smbios_fields(0x12, {{0x04, {1, 0x15, 0x20}}})));
        REQUIRE(table.ipmi_devices.size() == 1);
        CHECK(table.ipmi_devices[0].interface_type == 1);
        CHECK(table.ipmi_devices[0].specification == "1.5");
    }

    TEST_CASE("a network host interface names its USB or PCI device, in both versions (7.43, DSP0270)") {
        const auto interface_of = [](const Bytes& data) {
            Bytes rest{0x40, static_cast<std::uint8_t>(data.size())};
            rest.insert(rest.end(), data.begin(), data.end());
            rest.push_back(0);  // no protocol records
            return table_of(smbios_structure(42, rest)).host_interfaces.at(0);
        };
        CHECK(interface_of({0x02, 0x6b, 0x04, 0xb0, 0xff, 2, 3}).usb == "046b:ffb0");
        CHECK(interface_of({0x04, 0x11, 0x6b, 0x04, 0xb0, 0xff, 0}).usb == "046b:ffb0");
        CHECK(interface_of({0x03, 0xe5, 0x19, 0x10, 0x17}).pci == "19e5:1710");
        CHECK(interface_of({0x05, 0x11, 0xe5, 0x19, 0x10, 0x17}).pci == "19e5:1710");
        CHECK(interface_of({0x03, 0xe5, 0x19, 0x10}).pci.empty());  // the data end within the ids
        CHECK(interface_of({0x80, 1, 2, 3, 4}).usb.empty());
        const Table other = table_of(smbios_structure(42, {0x02, 5, 2, 1, 2, 3, 4}));
        CHECK(other.host_interfaces.at(0).device_type == 0);
    }

    TEST_CASE("a TPM has vendor, specification and firmware version (7.44)") {
        const Bytes tpm =
            smbios_fields(0x1f, {{0x04, {'I', 'N', 'T', 'C', 2, 0, 0x12, 0, 0x58, 2, 0x7a, 4, 0, 0}}, {0x12, {1}}});
        const Table table = table_of(smbios_structure(43, tpm, {"TPM 2.0"}));
        REQUIRE(table.tpm_devices.size() == 1);
        CHECK(table.tpm_devices[0].vendor == 0x494e5443);
        CHECK(table.tpm_devices[0].specification == "2.0");
        CHECK(table.tpm_devices[0].firmware_version == 0x025800120000047a);
        CHECK(table.tpm_devices[0].description.text() == "TPM 2.0");
    }

    TEST_CASE("a firmware inventory item has name, version, id, date, maker and lowest version (7.46)") {
        const Bytes item = smbios_fields(0x18, {{0x04, {1, 2, 1, 3, 1, 4, 5, 6}}, {0x16, {4}}});
        const Table table =
            table_of(smbios_structure(45, item, {"BMC", "3.18", "0d8a-guid", "2024-01-02", "Huawei", "3.00"}));
        REQUIRE(table.firmware_items.size() == 1);
        CHECK(table.firmware_items[0].name.text() == "BMC");
        CHECK(table.firmware_items[0].version.text() == "3.18");
        CHECK(table.firmware_items[0].id.text() == "0d8a-guid");
        CHECK(table.firmware_items[0].release_date.text() == "2024-01-02");
        CHECK(table.firmware_items[0].manufacturer.text() == "Huawei");
        CHECK(table.firmware_items[0].lowest_supported.text() == "3.00");
    }

    TEST_CASE("releases of BIOS and embedded controller: 0xff is none (7.1)") {
        const Bytes bios = smbios_fields(0x18, {{0x14, {5, 17, 1, 26}}});
        CHECK(table_of(smbios_structure(0, bios)).bios.at(0).release == "5.17");
        CHECK(table_of(smbios_structure(0, bios)).bios.at(0).controller == "1.26");
        const Bytes none = smbios_fields(0x18, {{0x14, {5, 17, 0xff, 0xff}}});
        CHECK(table_of(smbios_structure(0, none)).bios.at(0).controller.empty());
        CHECK(table_of(smbios_structure(0, smbios_fields(0x14, {}))).bios.at(0).release.empty());
    }

    TEST_CASE("words: a number that the specification does not name stays a number") {
        CHECK(memory_type(0x1a) == "ddr4");
        CHECK(memory_type(0x22) == "ddr5");
        CHECK(memory_type(0x77) == "0x77");
        CHECK(memory_type(0).empty());
        CHECK(slot_type(0xc3) == "pcie_5_x16");
        CHECK(slot_usage(9) == "0x09");
    }

    TEST_CASE("each of these structures is read at every length it may have") {
        for (const std::uint8_t type : std::initializer_list<std::uint8_t>{0, 9, 38, 41, 42, 43, 45}) {
            const Bytes full(0x20, 1);
            for (std::size_t length = 4; length <= full.size(); ++length) {
                CAPTURE(type);
                CAPTURE(length);
                const Table table = table_of(shortened(full, type, length, {"one"}));
                CHECK(table.structures.size() == 1);
                const std::size_t typed = table.bios.size() + table.slots.size() + table.ipmi_devices.size() +
                                          table.onboard_devices.size() + table.host_interfaces.size() +
                                          table.tpm_devices.size() + table.firmware_items.size();
                CHECK(typed == 1);
            }
        }
    }
}

}  // namespace
}  // namespace assay::smbios
