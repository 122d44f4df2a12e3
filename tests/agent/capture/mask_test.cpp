#include "agent/capture/mask.hpp"

#include "agent/sources/ata_page.hpp"
#include "base/encoding.hpp"
#include "evidence/unit_mark.hpp"
#include "tests/agent/support/ata_page.hpp"
#include "tests/agent/support/captured_tree.hpp"
#include "tests/support/onie_bytes.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace assay::agent {
namespace {

Masks fresh(std::uint8_t salt = 1) {
    return Masks(Bytes(32, salt));
}

int sum_of(const std::string& text) {
    return std::accumulate(text.begin(), text.end(), 0, [](int sum, char c) {
        return sum + static_cast<unsigned char>(c);
    });
}

char kind(char c) {
    if (c >= '0' && c <= '9') return '0';
    if (c >= 'a' && c <= 'z') return 'a';
    return c >= 'A' && c <= 'Z' ? 'A' : c;
}

bool same_kinds(const std::string& a, const std::string& b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return kind(x) == kind(y); });
}

TEST_SUITE("mask") {
    TEST_CASE("a masked capture has no serial number in the page either, wherever the disk puts it in the field") {
        for (const std::string serial :
             {"S45PNA0M123456", "S45PNA0M12345", "    S45PNA0M123456", "     S45PNA0M12345"}) {
            CAPTURE(serial);
            const std::string page = test::ata_page("model", "FW", serial);
            const std::string told = ata_identity_of_vpd89(page)->serial;
            Masks masks(to_bytes("salt"));
            masks.learn_serial(told);
            const auto masked = ata_identity_of_vpd89(masks.masked(page));
            REQUIRE(masked);
            CHECK(masked->serial != told);
            CHECK(masked->serial == masks.masked(told));
            CHECK(masked->model == "model");
        }
    }

    TEST_CASE("a serial number becomes another of its kind, the same each time, with the same sum of bytes") {
        for (const char* serial : {"CARD-0001", "PHYF000000DEMO1", "2102311TYBN0J4000001", "1f2e3d4c", "ME909S00001"}) {
            CAPTURE(serial);
            Masks masks = fresh();
            masks.learn_serial(serial);
            const std::string mask = masks.masked(serial);
            CHECK(mask != serial);
            CHECK(same_kinds(mask, serial));
            CHECK(sum_of(mask) == sum_of(serial));
            CHECK(names_a_unit(mask));
            const std::string around = std::string("\x01\x02 serial=") + serial + ";" + serial;
            CHECK(masks.masked(around) == std::string("\x01\x02 serial=") + mask + ";" + mask);
            Masks other = fresh(2);
            other.learn_serial(serial);
            CHECK(other.masked(serial) != mask);
        }
    }

    TEST_CASE("different values become different masks, also where few are possible") {
        Masks masks = fresh();
        std::set<std::string> seen;
        for (int i = 0; i < 60; ++i) masks.learn_serial("1000" + std::to_string(10 + i));
        for (int i = 0; i < 60; ++i) seen.insert(masks.masked("1000" + std::to_string(10 + i)));
        CHECK(seen.size() == 60);
    }

    TEST_CASE("digits of a number in hex stay digits of one, with and without 0x, in both cases") {
        Masks masks = fresh();
        masks.learn_serial("0xdeadbeef12");
        const std::string mask = masks.masked("deadbeef12");
        CHECK(mask.find_first_not_of("0123456789abcdef") == std::string::npos);
        CHECK(masks.masked("0xdeadbeef12") == "0x" + mask);
        CHECK(masks.masked("15010053444d42DEADBEEF12") != "15010053444d42DEADBEEF12");
        CHECK(masks.masked(to_hex(as_bytes(std::string_view("deadbeef12")))) == to_hex(as_bytes(mask)));
    }

    TEST_CASE("a serial number in another alphabet is masked by letters, as many as it has bytes") {
        Masks masks = fresh();
        const std::string serial = "\xd0\x96\xd0\x96\xd0\x97-\xd0\x98";
        masks.learn_serial(serial);
        CHECK(masks.masked(serial).size() == serial.size());
        CHECK(masks.masked(serial).find('\xd0') == std::string::npos);
    }

    TEST_CASE("placeholders stay: a mask would make a unit of them") {
        Masks masks = fresh();
        for (const char* text : {"Default string", "To be filled by O.E.M.", "0123456789", "None", "", "0000000"}) {
            masks.learn_serial(text);
            CHECK(masks.masked(text) == text);
        }
    }

    TEST_CASE("of a MAC address the maker's part stays, in every way of writing it") {
        Masks masks = fresh();
        masks.learn_mac("00e0fc123456");
        const std::string mask = masks.masked("00e0fc123456");
        CHECK(mask.starts_with("00e0fc"));
        CHECK(mask != "00e0fc123456");
        const auto with = [&mask](char separator) {
            std::string out;
            for (std::size_t i = 0; i < mask.size(); i += 2)
                out += (i == 0 ? "" : std::string(1, separator)) + mask.substr(i, 2);
            return out;
        };
        CHECK(masks.masked("00:e0:fc:12:34:56") == with(':'));
        CHECK(masks.masked("00-e0-fc-12-34-56") == with('-'));
        CHECK(masks.masked("enx00e0fc123456") == "enx" + mask);
        const Bytes raw{0x00, 0xe0, 0xfc, 0x12, 0x34, 0x56};
        CHECK(to_hex(as_bytes(masks.masked(as_text(raw)))) == mask);
        CHECK(masks.masked("00E0FC123456") != "00E0FC123456");
    }

    TEST_CASE("a PCI serial number keeps its maker's part, as text and in the bytes of a configuration space") {
        const auto in_space = [](const std::string& text) {
            std::string digits = text;
            std::erase(digits, '-');
            const auto bytes = from_hex(digits);
            REQUIRE(bytes.has_value());
            return std::string(bytes->rbegin(), bytes->rend());
        };
        for (const std::string one :
             {"52-54-00-ff-ff-aa-00-02", "00-e0-fc-ff-fe-12-34-56", "00-e0-fc-01-02-12-34-56"}) {
            CAPTURE(one);
            Masks masks = fresh();
            masks.learn_eui64(one);
            const std::string mask = masks.masked(one);
            CHECK(mask.size() == one.size());
            CHECK(mask != one);
            CHECK(mask.substr(0, 8) == one.substr(0, 8));
            CHECK(masks.masked("\x03 " + in_space(one) + " ") == "\x03 " + in_space(mask) + " ");
        }
        Masks masks = fresh();  // the same address in both is the same mask in both
        masks.learn_mac("525400aa0002");
        masks.learn_eui64("52-54-00-ff-ff-aa-00-02");
        const std::string mac = masks.masked("52-54-00-aa-00-02");
        CHECK(masks.masked("52-54-00-ff-ff-aa-00-02") == mac.substr(0, 8) + "-ff-ff" + mac.substr(8));
        for (const char* nobodys : {"00-00-00-00-00-00-00-00", "ff-ff-ff-ff-ff-ff-ff-ff", "denied"}) {
            masks.learn_eui64(nobodys);
            CHECK(masks.masked(nobodys) == nobodys);
        }
    }

    TEST_CASE("addresses are found in text; zero and broadcast are nobody's") {
        Masks masks = fresh();
        masks.learn_addresses("link/ether de:20:91:5a:dd:55 brd ff:ff:ff:ff:ff:ff 00:00:00:00:00:00 1:2:3");
        CHECK(masks.masked("de:20:91:5a:dd:55") != "de:20:91:5a:dd:55");
        for (const char* text : {"ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "0000:00:1c.0"})
            CHECK(masks.masked(text) == text);
    }

    TEST_CASE("a UUID is masked as text and as the bytes of a table, consistently") {
        Masks masks = fresh();
        const std::string uuid = "11223344-5566-7788-99aa-bbccddeeff00";
        masks.learn_uuid(uuid);
        const std::string mask = masks.masked(uuid);
        CHECK(mask != uuid);
        CHECK(same_kinds(mask, uuid));
        const auto raw = from_hex(
            "4433221166558877"
            "99aabbccddeeff00"
        );
        std::string bytes(as_text(*raw));
        const std::string masked = to_hex(as_bytes(masks.masked(bytes)));
        CHECK(
            masked.substr(6, 2) + masked.substr(4, 2) + masked.substr(2, 2) + masked.substr(0, 2) == mask.substr(0, 8)
        );
        CHECK(masked.substr(16, 4) == mask.substr(19, 4));
    }

    TEST_CASE("a longer value is not broken by a shorter one that it holds") {
        Masks masks = fresh();
        masks.learn_serial("HW0001");
        masks.learn_serial("HW0001-B7");
        const std::string longer = masks.masked("HW0001-B7");
        CHECK(same_kinds(longer, "HW0001-B7"));
        CHECK(longer.substr(0, 6) != masks.masked("HW0001"));
    }

    TEST_CASE("serial numbers of SMBIOS structures that are no parts are found, at every truncation of the table") {
        // A power supply (type 39): location, name, maker, serial number, asset tag.
        const std::string table = std::string("\x27\x10\x01\x00\x01\x01\x02\x03\x04\x05\x00\x00\x00\x00\x00\x00", 16) +
                                  std::string("Bay 1\0PSU\0Maker\0PSU-SN-7788\0TAG-99-X1\0\0\x7f\x04\x02\x00\0\0", 44);
        Masks masks = fresh();
        masks.learn_smbios(as_bytes(table));
        const std::string masked = masks.masked(table);
        CHECK(masked.size() == table.size());
        CHECK(masked.find("PSU-SN-7788") == std::string::npos);
        CHECK(masked.find("TAG-99-X1") == std::string::npos);
        CHECK(masked.find("Maker") != std::string::npos);
        for (std::size_t size = 0; size < table.size(); ++size) {
            Masks cut = fresh();
            cut.learn_smbios(as_bytes(table).first(size));
            CHECK(cut.masked(table).size() == table.size());
        }
    }

    TEST_CASE("a board EEPROM has other serials and another address, the maker's part and a CRC that holds") {
        const auto masked_of = [](const Bytes& bytes) {
            CaptureFiles files;
            files["sys/x/eeprom"] = {RecordedTree::Kind::file, to_text(bytes)};
            return masked_files(files, {}, Bytes(32, 3)).at("sys/x/eeprom").bytes;
        };
        const std::string masked = masked_of(test::example_switch());
        CHECK(masked.size() == test::example_switch().size());
        const auto info = onie::decode_tlv_info(as_bytes(masked));
        REQUIRE(info.has_value());
        CHECK(info->condition == onie::Condition::ok);
        CHECK(info->irregular.empty());
        CHECK(info->text(onie::Type::product_name).text() == "EX-4800-32C");
        CHECK(same_kinds(info->text(onie::Type::serial_number).text(), "EX21470000042"));
        CHECK(info->text(onie::Type::serial_number).text() != "EX21470000042");
        CHECK(info->text(onie::Type::service_tag).text() != "EXTAG77");
        CHECK(info->mac_base() != "3cfdfe123456");
        CHECK(info->mac_base().starts_with("3cfdfe"));

        Bytes forged = test::example_switch();  // what did not hold before is not made to
        forged.back() ^= 1;
        CHECK(onie::decode_tlv_info(as_bytes(masked_of(forged)))->condition == onie::Condition::bad_checksum);
        for (const Bytes& nothing :
             {test::with_crc({}), test::with_crc({test::tlv(onie::Type::serial_number, "Default string")}),
              Bytes(64, 0xff), to_bytes("TlvInfo"), Bytes{}})
            CHECK(masked_of(nothing) == to_text(nothing));
    }

    TEST_CASE("paths and texts of links are masked with their files, hashes and the label are not") {
        Inventory inventory;
        Component nic;
        nic.key = "net/x";
        nic.identifiers = {{Registry::mac, "00e0fc123456"}};
        inventory.components = {nic};
        CaptureFiles files;
        using Kind = RecordedTree::Kind;
        files["kernel/ethtool/enx00e0fc123456.json"] = {Kind::file, R"({"permanent_address":"00:e0:fc:12:34:56"})"};
        files["sys/class/net/enx00e0fc123456"] = {Kind::link, "../../devices/usb/net/enx00e0fc123456"};
        files["kernel/digests"] = {Kind::file, "00e0fc123456"};
        files["LABEL"] = {Kind::file, "00e0fc123456"};
        const CaptureFiles masked = masked_files(files, inventory, Bytes(32, 3));
        CHECK(masked.size() == files.size());
        CHECK(masked.at("kernel/digests").bytes == "00e0fc123456");
        CHECK(masked.at("LABEL").bytes == "00e0fc123456");
        for (const auto& [path, entry] : masked) {
            CAPTURE(path);
            CHECK(path.find("123456") == std::string::npos);
            if (entry.kind == Kind::link)
                CHECK("sys/devices/usb/net/" + path.substr(14) == "sys" + entry.bytes.substr(5));
        }
    }
}

}  // namespace
}  // namespace assay::agent
