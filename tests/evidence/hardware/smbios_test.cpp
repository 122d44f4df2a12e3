// The SMBIOS decoder: two captured machines against what another decoder read, a virtual machine's table, hand-made
// tables with the offsets of DSP0134, and every kind of broken table.

#include "evidence/hardware/smbios.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/smbios_bytes.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace assay::smbios {
namespace {

using test::joined;
using test::smbios_structure;

const Bytes end_of_table = smbios_structure(127, {});

void set_checksum(Bytes& bytes, std::size_t at, std::size_t from, std::size_t count) {
    bytes[at] = 0;
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(from);
    const unsigned sum = std::accumulate(first, first + static_cast<std::ptrdiff_t>(count), 0U);
    bytes[at] = static_cast<std::uint8_t>(0x100U - (sum & 0xffU));
}

Bytes entry_point_3() {
    Bytes bytes = to_bytes("_SM3_");
    bytes.resize(0x18);
    bytes[6] = 0x18;
    bytes[7] = 3;
    bytes[8] = 6;
    bytes[0x0c] = 0x10;
    bytes[0x0d] = 0x02;
    bytes[0x10] = 0x20;
    set_checksum(bytes, 5, 0, bytes.size());
    return bytes;
}

std::string text_of(const json::Value& object, const char* key) {
    return std::string(object.as_object().at(key).as_string());
}

// The other decoder gives "" for what is absent.
void check_text(const Reading& ours, const json::Value& object, const char* key) {
    CAPTURE(key);
    CHECK(ours.text() == clean_text(text_of(object, key), 256));
}

void check_against(const Table& table, const json::Value& expected) {
    const json::Object& all = expected.as_object();
    REQUIRE(table.systems.size() == 1);
    const json::Value& system = all.at("SystemInformation");
    check_text(table.systems[0].manufacturer, system, "Manufacturer");
    check_text(table.systems[0].product, system, "ProductName");
    check_text(table.systems[0].version, system, "Version");
    check_text(table.systems[0].serial, system, "SerialNumber");
    check_text(table.systems[0].sku, system, "SKUNumber");
    check_text(table.systems[0].family, system, "Family");
    CHECK(table.systems[0].uuid == text_of(system, "UUID"));
    REQUIRE_FALSE(table.boards.empty());
    const json::Value& board = all.at("BaseboardInformation");
    check_text(table.boards[0].manufacturer, board, "Manufacturer");
    check_text(table.boards[0].product, board, "Product");
    check_text(table.boards[0].serial, board, "SerialNumber");
    check_text(table.boards[0].location, board, "LocationInChassis");
    REQUIRE_FALSE(table.chassis.empty());
    const json::Value& chassis = all.at("SystemEnclosure");
    check_text(table.chassis[0].manufacturer, chassis, "Manufacturer");
    check_text(table.chassis[0].serial, chassis, "SerialNumber");
    check_text(table.chassis[0].sku, chassis, "SKUNumber");
    const json::Array& processors = all.at("ProcessorInformation").as_array();
    REQUIRE(table.processors.size() == processors.size());
    for (std::size_t i = 0; i < processors.size(); ++i) {
        check_text(table.processors[i].socket, processors[i], "SocketDesignation");
        check_text(table.processors[i].manufacturer, processors[i], "ProcessorManufacturer");
        check_text(table.processors[i].version, processors[i], "ProcessorVersion");
        CHECK(table.processors[i].populated == ((processors[i].as_object().at("Status").as_int64() & 0x40) != 0));
    }
    const json::Array& modules = all.at("MemoryDevices").as_array();
    REQUIRE(table.memory_devices.size() == modules.size());
    for (std::size_t i = 0; i < modules.size(); ++i) {
        CAPTURE(i);
        check_text(table.memory_devices[i].locator, modules[i], "DeviceLocator");
        check_text(table.memory_devices[i].bank, modules[i], "BankLocator");
        check_text(table.memory_devices[i].manufacturer, modules[i], "Manufacturer");
        check_text(table.memory_devices[i].serial, modules[i], "SerialNumber");
        check_text(table.memory_devices[i].part_number, modules[i], "PartNumber");
        const auto mib = static_cast<std::uint64_t>(modules[i].as_object().at("Size").as_int64());
        CHECK(table.memory_devices[i].size_kib == mib * 1024);
    }
}

json::Value parsed(const Bytes& bytes) {
    auto value = json::parse(as_text(bytes), {});
    REQUIRE(value.has_value());
    return *value;
}

TEST_SUITE("smbios") {
    TEST_CASE("a Dell PowerEdge R630's bare table decodes to what another decoder read") {
        const auto raw = test::capture("smbios/Dell-PowerEdge-R630-Dual-Xeon.dmi");
        const auto expected = test::capture("smbios/Dell-PowerEdge-R630-Dual-Xeon.json");
        if (!raw || !expected) return;
        const auto file = decode_file(*raw);
        REQUIRE(file.has_value());
        CHECK_FALSE(file->entry_point.has_value());
        CHECK_FALSE(file->table.broken.has_value());
        check_against(file->table, parsed(*expected));
        REQUIRE(file->table.bios.size() == 1);
        check_text(file->table.bios[0].vendor, parsed(*expected).as_object().at("BIOSInformation"), "Vendor");
        check_text(file->table.bios[0].version, parsed(*expected).as_object().at("BIOSInformation"), "Version");
    }

    TEST_CASE("a Beelink EQ12's file begins with an entry point, which is no structure") {
        const auto raw = test::capture("smbios/Beelink-EQ12.dmi");
        const auto expected = test::capture("smbios/Beelink-EQ12.json");
        if (!raw || !expected) return;
        const auto file = decode_file(*raw);
        REQUIRE(file.has_value());
        REQUIRE(file->entry_point.has_value());
        CHECK(file->entry_point->version == Version{3, 5});
        CHECK_FALSE(file->table.broken.has_value());
        check_against(file->table, parsed(*expected));
        // The other decoder took the entry point for a structure that swallowed the BIOS, and has "" here.
        REQUIRE(file->table.bios.size() == 1);
        CHECK(file->table.bios[0].vendor.text().starts_with("American Megatrends"));
    }

    TEST_CASE("a memory module's manufacturer id is bank and code as JEP106 counts them") {
        Bytes module(0x54 - 4);
        module[0x0c - 4] = 0x00;
        module[0x0d - 4] = 0x40;  // 16 GiB
        module[0x10 - 4] = 1;
        module[0x2c - 4] = 0x80;  // bank 1, with parity
        module[0x2d - 4] = 0x2c;  // Micron
        const Table table = decode_table(joined({smbios_structure(17, module, {"DIMM A1"}), end_of_table}), {3, 2});
        REQUIRE(table.memory_devices.size() == 1);
        CHECK(table.memory_devices[0].module_jedec == "1:2c");
        CHECK(table.memory_devices[0].size_kib == 16ULL << 20U);
        CHECK(table.memory_devices[0].locator.text() == "DIMM A1");
        CHECK(make_identifier(Registry::jedec, table.memory_devices[0].module_jedec).has_value());
    }

    TEST_CASE("sizes of memory: empty, unknown, in KiB, and beyond 32 GiB") {
        struct Case {
            std::uint16_t size;
            std::uint32_t extended;
            std::optional<std::uint64_t> kib;
        };
        for (const Case& one : std::initializer_list<Case>{
                 Case{0, 0, 0}, Case{0xffff, 0, std::nullopt}, Case{0x8200, 0, 0x200},
                 Case{0x7fff, 65536, 65536ULL * 1024}, Case{1, 0, 1024}
             }) {
            CAPTURE(one.size);
            Bytes module(0x28 - 4);
            module[0x0c - 4] = static_cast<std::uint8_t>(one.size);
            module[0x0d - 4] = static_cast<std::uint8_t>(one.size >> 8U);
            for (unsigned i = 0; i < 4; ++i) module[0x1c - 4 + i] = static_cast<std::uint8_t>(one.extended >> (8 * i));
            const Table table = decode_table(smbios_structure(17, module), {2, 8});
            REQUIRE(table.memory_devices.size() == 1);
            CHECK(table.memory_devices[0].size_kib == one.kib);
        }
    }

    TEST_CASE("absent, empty by the firmware, and a string that is not there are told apart") {
        const Bytes short_system{1, 9};  // manufacturer is string 1, product is string 9, nothing after
        const Table table = decode_table(smbios_structure(1, short_system, {"ACME"}), {2, 0});
        REQUIRE(table.systems.size() == 1);
        CHECK(table.systems[0].manufacturer == Reading::of("ACME"));
        CHECK_FALSE(table.systems[0].product.readable());
        CHECK_FALSE(table.systems[0].product.absent());
        CHECK(table.systems[0].serial.absent());
        CHECK(table.systems[0].uuid.empty());
    }

    TEST_CASE("the UUID's first fields are little-endian since 2.6, and one that is not set is none") {
        Bytes system(0x19 - 4);
        for (std::uint8_t i = 0; i < 16; ++i) system[4 + i] = static_cast<std::uint8_t>(0x10 + i);
        const Bytes raw = smbios_structure(1, system);
        CHECK(decode_table(raw, {2, 6}).systems[0].uuid == "13121110-1514-1716-1819-1a1b1c1d1e1f");
        CHECK(decode_table(raw, {2, 5}).systems[0].uuid == "10111213-1415-1617-1819-1a1b1c1d1e1f");
        for (const std::uint8_t filler : std::initializer_list<std::uint8_t>{0x00, 0xff}) {
            for (std::size_t i = 0; i < 16; ++i) system[4 + i] = filler;
            CHECK(decode_table(smbios_structure(1, system), {3, 0}).systems[0].uuid.empty());
        }
    }

    TEST_CASE("a chassis' SKU stands behind its contained elements") {
        Bytes chassis(0x16 + 2 * 3 - 4);
        chassis[5 - 4] = 0x80 | 23;  // locked, rack mount
        chassis[0x13 - 4] = 2;
        chassis[0x14 - 4] = 3;
        chassis[0x15 + 6 - 4] = 1;
        const Table table = decode_table(smbios_structure(3, chassis, {"SKU-1"}), {3, 0});
        REQUIRE(table.chassis.size() == 1);
        CHECK(table.chassis[0].sku.text() == "SKU-1");
        CHECK(table.chassis[0].type == 23);
    }

    TEST_CASE("text of a table never carries control characters") {
        const Table table = decode_table(smbios_structure(1, {1}, {"a\x1b[31mb\r\n"}), {3, 0});
        CHECK(table.systems[0].manufacturer.text() == "a\\u{1b}[31mb\\u{d}");
    }

    TEST_CASE("a table cut anywhere keeps what stood before the cut and says that it is broken") {
        const Bytes whole =
            joined({smbios_structure(1, {1, 2}, {"ACME", "Router"}), smbios_structure(2, {1}, {"ACME"}), end_of_table});
        const Table full = decode_table(whole, {3, 0});
        REQUIRE_FALSE(full.broken.has_value());
        const std::size_t first = smbios_structure(1, {1, 2}, {"ACME", "Router"}).size();
        const std::size_t second = first + smbios_structure(2, {1}, {"ACME"}).size();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            const Table cut = decode_table(ByteView(whole).first(size), {3, 0});
            CHECK(cut.broken.has_value() == (size != 0 && size != first && size != second));
            CHECK(cut.systems.size() == (size >= first ? 1 : 0));
            CHECK(cut.boards.size() == (size >= second ? 1 : 0));
        }
    }

    TEST_CASE("bytes after the end of the table are not read") {
        CHECK(decode_table(joined({end_of_table, smbios_structure(1, {1}, {"late"})}), {3, 0}).systems.empty());
    }

    TEST_CASE("zeros up to the end of a table are padding; something behind them is told") {
        Bytes table = joined({smbios_structure(1, {1}, {"ACME"}), Bytes(7, 0)});
        CHECK_FALSE(decode_table(table, {3, 0}).broken.has_value());
        CHECK(decode_table(table, {3, 0}).systems.size() == 1);
        table.push_back(1);
        const Table told = decode_table(table, {3, 0});
        REQUIRE(told.broken.has_value());
        CHECK(told.broken->code == Errc::bad_value);
        CHECK(told.systems.size() == 1);
    }

    TEST_CASE("a structure without strings that ends twice does not end the table") {
        const Bytes twice =
            joined({smbios_structure(126, {7}), Bytes(2, 0), smbios_structure(1, {1}, {"ACME"}), end_of_table});
        const Table table = decode_table(twice, {3, 0});
        CHECK_FALSE(table.broken.has_value());
        CHECK(table.systems.size() == 1);
        const Bytes thrice = joined({smbios_structure(126, {7}), Bytes(4, 0), smbios_structure(1, {1}, {"ACME"})});
        CHECK(decode_table(thrice, {3, 0}).broken.has_value());
        const Bytes strings = joined({smbios_structure(1, {1}, {"ACME"}), Bytes(2, 0), smbios_structure(2, {})});
        CHECK(decode_table(strings, {3, 0}).broken.has_value());
    }

    TEST_CASE("a structure shorter than its header does not loop") {
        const Table table = decode_table(Bytes{1, 0, 0, 0, 0, 0}, {3, 0});
        REQUIRE(table.broken.has_value());
        CHECK(table.broken->code == Errc::bad_value);
    }

    TEST_CASE("limits: the last structure allowed is read, one more is not; so with bytes") {
        Bytes many;
        const Bytes one = smbios_structure(200, {});
        for (std::size_t i = 0; i < max_structures; ++i) many.insert(many.end(), one.begin(), one.end());
        CHECK_FALSE(decode_table(many, {3, 0}).broken.has_value());
        many.insert(many.end(), one.begin(), one.end());
        CHECK(decode_table(many, {3, 0}).broken.value().code == Errc::limit_exceeded);
        Bytes large = joined({end_of_table});
        large.resize(max_table_bytes);
        CHECK_FALSE(decode_table(large, {3, 0}).broken.has_value());
        large.push_back(0);
        CHECK(decode_table(large, {3, 0}).broken.value().code == Errc::limit_exceeded);
    }

    TEST_CASE("an entry point needs its anchor, its length and its checksum") {
        const Bytes good = entry_point_3();
        const auto entry = decode_entry_point(good);
        REQUIRE(entry.has_value());
        CHECK(entry->version == Version{3, 6});
        CHECK(entry->table_bytes == 0x210);
        CHECK(entry->table_address == 0x20);
        for (std::size_t size = 0; size < good.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(decode_entry_point(ByteView(good).first(size)).has_value());
        }
        for (std::size_t at = 0; at < good.size(); ++at) {
            CAPTURE(at);
            Bytes changed = good;
            changed[at] ^= 0x01;
            CHECK_FALSE(decode_entry_point(changed).has_value());
        }
    }

    TEST_CASE("the entry point of a 2.8 machine is read, and no changed bit of it passes") {
        const Bytes good = test::data("vm-measured-boot/fw/smbios_entry_point");
        const auto entry = decode_entry_point(good);
        REQUIRE(entry.has_value());
        CHECK(entry->version == Version{2, 8});
        const Bytes table = test::data("vm-measured-boot/fw/DMI");
        CHECK(entry->table_bytes == table.size());
        for (std::size_t at = 0; at < good.size(); ++at) {
            CAPTURE(at);
            Bytes changed = good;
            changed[at] ^= 0x10;
            CHECK_FALSE(decode_entry_point(changed).has_value());
        }
    }

    TEST_CASE("a virtual machine's table decodes to what dmidecode printed") {
        const Table table = decode_table(test::data("vm-measured-boot/fw/DMI"), {2, 8});
        CHECK_FALSE(table.broken.has_value());
        CHECK(table.structures.size() == 12);
        CHECK(table.bios.at(0).vendor.text() == "HUAWEI");
        CHECK(table.bios.at(0).version.text() == "1.35");
        CHECK(table.systems.at(0).product.text() == "2288H V5");
        CHECK(table.systems.at(0).uuid == "11223344-5566-7788-99aa-bbccddeeff00");
        CHECK(table.boards.at(0).serial.text() == "023TYB10J4000001");
        CHECK(table.chassis.at(0).sku.text() == "NA");
        CHECK(table.processors.at(0).manufacturer.text() == "HiSilicon");
        CHECK(table.processors.at(0).version.text() == "Kunpeng 920");
        CHECK(table.memory_devices.at(0).manufacturer.text() == "Ramaxel");
        CHECK(table.memory_devices.at(0).part_number.text() == "RMSA3260");
        CHECK(table.memory_devices.at(0).size_kib == 1ULL << 20U);
    }

    TEST_CASE("a dump whose table lies outside the file is refused") {
        const Bytes entry = entry_point_3();
        CHECK(decode_file(entry).error().code == Errc::out_of_range);
        Bytes dump = entry;
        dump.resize(0x20);
        dump.insert(dump.end(), end_of_table.begin(), end_of_table.end());
        const auto file = decode_file(dump);
        REQUIRE(file.has_value());
        CHECK(file->table.structures.size() == 1);
    }
}

}  // namespace
}  // namespace assay::smbios
