// Structures field by field: the layouts hold together, and values are those at the offsets.

#include "evidence/hardware/smbios_values.hpp"

#include "evidence/hardware/smbios.hpp"
#include "evidence/hardware/smbios_layout.hpp"
#include "tests/support/files.hpp"
#include "tests/support/smbios_bytes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace assay::smbios {
namespace {

using test::smbios_fields;
using test::smbios_structure;

std::size_t size_of(FieldType type) {
    switch (type) {
        case FieldType::text:
        case FieldType::u8:
        case FieldType::set:
        case FieldType::rest8: return 1;
        case FieldType::u16: return 2;
        case FieldType::u32:
        case FieldType::raw4: return 4;
        case FieldType::u64:
        case FieldType::raw8: return 8;
        case FieldType::uuid: return 16;
    }
    return 0;
}

Structure first_of(const Bytes& bytes) {
    const Walk walk = walk_structures(bytes);
    REQUIRE_FALSE(walk.structures.empty());
    return walk.structures.front();
}

const std::variant<Reading, std::uint64_t>& value(const std::vector<NamedValue>& values, std::string_view name) {
    const auto found = std::ranges::find(values, name, &NamedValue::name);
    CAPTURE(name);
    REQUIRE(found != values.end());
    return found->value;
}

std::uint64_t number(const std::vector<NamedValue>& values, std::string_view name) {
    return std::get<std::uint64_t>(value(values, name));
}

std::string text(const std::vector<NamedValue>& values, std::string_view name) {
    return std::get<Reading>(value(values, name)).text();
}

TEST_SUITE("smbios_values") {
    TEST_CASE("fields of a layout stand in order, do not overlap, and have names of their own") {
        std::size_t laid_out = 0;
        for (unsigned type = 0; type < 256; ++type) {
            CAPTURE(type);
            const auto layout = layout_of(static_cast<std::uint8_t>(type));
            std::size_t end = 4;
            std::set<std::string_view> names;
            for (const FieldLayout& field : layout) {
                CAPTURE(field.name);
                CHECK(field.offset >= end);
                CHECK(names.insert(field.name).second);
                end = field.offset + size_of(field.type);
            }
            CHECK(end <= 256);
            if (!layout.empty()) ++laid_out;
        }
        CHECK(laid_out == 46);  // 0 to 46 without 31, whose content is for the boot services only
    }

    TEST_CASE("every structure that the specification names has a name, and no two the same") {
        std::set<std::string_view> names;
        for (std::uint8_t type = 0; type <= 46; ++type) CHECK(names.insert(structure_name(type)).second);
        CHECK(structure_name(46) == "String Property");
        CHECK(structure_name(47).empty());
        CHECK(structure_name(126) == "Inactive");
        CHECK(structure_name(127) == "End-of-Table");
        CHECK(structure_name(128) == "OEM-specific");
    }

    TEST_CASE("a captured machine's memory module has the values that dmidecode printed") {
        const Walk walk = walk_structures(test::data("vm-measured-boot/fw/DMI"));
        const auto module = std::ranges::find(walk.structures, 17, &Structure::type);
        REQUIRE(module != walk.structures.end());
        const auto values = named_values(*module, {2, 8});
        CHECK(number(values, "PhysicalMemoryArrayHandle") == 0x1000);
        CHECK(number(values, "Size") == 1024);
        CHECK(number(values, "FormFactor") == 9);  // DIMM
        CHECK(number(values, "Speed") == 2666);
        CHECK(number(values, "ConfiguredMemorySpeed") == 2666);
        CHECK(text(values, "DeviceLocator") == "DIMM 0");
        CHECK(text(values, "DeviceSet").empty());
        const auto array = std::ranges::find(walk.structures, 16, &Structure::type);
        REQUIRE(array != walk.structures.end());
        CHECK(number(named_values(*array, {2, 8}), "MaximumCapacity") == 1U << 20U);
        CHECK(number(named_values(*array, {2, 8}), "NumberOfMemoryDevices") == 1);
        const auto ipmi = std::ranges::find(walk.structures, 38, &Structure::type);
        REQUIRE(ipmi != walk.structures.end());
        CHECK(number(named_values(*ipmi, {2, 8}), "BaseAddress") == 0xca3);  // I/O at 0xca2: bit 0 says I/O
        CHECK(number(named_values(*ipmi, {2, 8}), "InterruptNumber") == 5);
    }

    TEST_CASE("little-endian numbers, raw bytes, UUIDs and the rest of a structure") {
        const auto system = named_values(
            first_of(smbios_structure(1, smbios_fields(0x1b, {{0x08, {1, 2, 3, 4, 5, 6, 7, 8}}, {0x18, {6}}}))), {3, 0}
        );
        CHECK(text(system, "UUID") == "04030201-0605-0807-0000-000000000000");
        CHECK(number(system, "WakeUpType") == 6);
        const auto tpm = named_values(
            first_of(smbios_structure(43, smbios_fields(0x1f, {{0x04, {'A', 'M', 'D', 0}}, {0x13, {0x08}}}))), {3, 0}
        );
        CHECK(text(tpm, "VendorID") == "414d4400");
        CHECK(number(tpm, "Characteristics") == 8);
        const auto group = named_values(first_of(smbios_structure(14, {1, 17, 0, 0x11}, {"G"})), {3, 0});
        CHECK(text(group, "GroupName") == "G");
        CHECK(text(group, "Items") == "110011");
    }

    TEST_CASE("what stands behind a list is found where the list ends") {
        const Bytes chassis = smbios_fields(0x1c, {{0x13, {2, 3}}, {0x1b, {1}}});
        CHECK(text(named_values(first_of(smbios_structure(3, chassis, {"SKU"})), {3, 0}), "SKUNumber") == "SKU");
        const Bytes slot = smbios_fields(0x1d, {{0x12, {1}}, {0x18, {4, 0x0a, 0x34, 0x12, 2}}});
        const auto values = named_values(first_of(smbios_structure(9, slot)), {3, 5});
        CHECK(number(values, "SlotInformation") == 4);
        CHECK(number(values, "SlotPhysicalWidth") == 0x0a);
        CHECK(number(values, "SlotPitch") == 0x1234);
        CHECK(number(values, "SlotHeight") == 2);
        // A list that says it is longer than the structure leaves nothing behind it.
        const Bytes lying = smbios_fields(0x16, {{0x13, {0xff, 0xff}}});
        const auto lied = named_values(first_of(smbios_structure(3, lying)), {3, 0});
        CHECK(std::ranges::find(lied, "SKUNumber", &NamedValue::name) == lied.end());
    }

    TEST_CASE("a shorter structure has fewer fields, never others") {
        for (unsigned type = 0; type < 256; ++type) {
            const Bytes full(0x68, 0);
            const auto whole = named_values(first_of(smbios_structure(static_cast<std::uint8_t>(type), full)), {3, 7});
            std::size_t before = 0;
            for (std::size_t size = 0; size <= full.size(); ++size) {
                const Bytes cut(full.begin(), full.begin() + static_cast<std::ptrdiff_t>(size));
                const auto some =
                    named_values(first_of(smbios_structure(static_cast<std::uint8_t>(type), cut)), {3, 7});
                CHECK(some.size() >= before);
                before = some.size();
            }
            CHECK(before == whole.size());
        }
    }
}

}  // namespace
}  // namespace assay::smbios
