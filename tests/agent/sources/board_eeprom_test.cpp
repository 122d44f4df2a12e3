// Board EEPROMs on made-up I2C buses, after Documentation/i2c/i2c-sysfs.rst of the kernel and drivers/nvmem/core.c.

#include "agent/sources/board_eeprom.hpp"

#include "agent/root/recording.hpp"
#include "base/encoding.hpp"
#include "tests/agent/support/i2c_files.hpp"
#include "tests/support/onie_bytes.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;
using enum onie::Type;

const std::string bus = "pci0000:00/0000:00:1f.4/i2c-0";
const std::string key = "board_eeprom/pci/0000:00/1f.4/50";

std::string text_of(const Bytes& bytes, std::size_t size = 0) {
    std::string out = to_text(bytes);
    if (out.size() < size) out.resize(size, '\xff');
    return out;
}

// One chip at 50 of one bus.
ScratchTree& with_chip(ScratchTree& tree, std::string_view bytes, const std::string& name = "24c02") {
    add_i2c_bus(tree, bus);
    add_i2c_chip(tree, bus + "/0-0050", name, bytes);
    return tree;
}

Found found_in(std::string_view bytes, const std::string& name = "24c02") {
    ScratchTree tree;
    return read_board_eeproms(replayed(with_chip(tree, bytes, name)));
}

TEST_SUITE("board_eeprom") {
    TEST_CASE("a board says what it is, who made it, where and when") {
        const Found found = found_in(text_of(example_switch(), 8192));
        CHECK(found.report.source == "board_eeprom");
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{key});
        REQUIRE(found.components.size() == 1);
        const Component& board = component(found, key);
        CHECK(board.kind == ComponentKind::board);
        CHECK(board.serial.text() == "EX21470000042");
        const std::map<std::string, std::string> names{
            {"eeprom", "ok"},
            {"product", "EX-4800-32C"},
            {"part_number", "EX4800-01"},
            {"manufacturer", "Example Works"},
            {"country", "DE"},
            {"vendor", "Example Networks"},
            {"manufacture_date", "11/30/2021 16:53:36"},
            {"platform", "x86_64-example_ex4800-r0"},
            {"device_version", "3"},
            {"label_revision", "R01"},
            {"onie_version", "2019.11-5.1"},
            {"diag_version", "1.2"},
            {"service_tag", "EXTAG77"},
            {"num_macs", "132"},
        };
        CHECK(board.names.size() == names.size());
        for (const auto& [name, text] : names) {
            CAPTURE(name);
            CHECK(board.names.at(name).text() == text);
        }
        CHECK(has(board, Registry::mac, "3cfdfe123456"));
        CHECK(has(board, Registry::pen, "2011"));
        CHECK(has(board, Registry::pen, "33049"));
        CHECK(board.contents.at("eeprom") == sha256(example_switch()));  // not what lies behind it
        CHECK(board.contents.at("vendor_extension.0") == sha256("private"));
        CHECK(board.contents.size() == 3);
        CHECK(board.parent.empty());  // it is no part of the bus that its memory hangs on
        CHECK(found.placement.at(key).at("device") == "0-0050");
    }

    TEST_CASE("a MAC address that is nobody's is told and identifies nothing; so does an enterprise number that is none"
    ) {
        for (const std::string_view mac :
             {std::string_view("\xfe\xfe\xfe\x01\x02\x03", 6), std::string_view("\0\0\0\0\0\0", 6),
              std::string_view("\xff\xff\xff\xff\xff\xff", 6), std::string_view("\x00\x11\x22\x33\x44\x55", 6)}) {
            const Found found = found_in(text_of(with_crc({tlv(mac_base, mac)})));
            CHECK(component(found, key).identifiers.empty());
            CHECK(component(found, key).names.at("mac_base").text() == to_hex(as_bytes(mac)));
        }
        const Found found = found_in(text_of(with_crc(
            {tlv(vendor_extension, std::string_view("\0\0\0\0", 4)), tlv(vendor_extension, "\xff\xff\xff\xff"),
             tlv(vendor_extension, std::string_view("\0\0\x07\xdb", 4)),
             tlv(vendor_extension, std::string_view("\0\0\x07\xdb", 4))}
        )));
        CHECK(component(found, key).identifiers == std::vector<Identifier>{{Registry::pen, "2011"}});
    }

    TEST_CASE("a sum that does not hold, and fields that are not as they should be, are told beside the values") {
        Bytes bytes = example_switch();
        bytes[onie::header_bytes + 2] = 'F';
        const Found forged = found_in(text_of(bytes));
        CHECK(forged.report.state == SourceState::ok);
        CHECK(component(forged, key).names.at("eeprom").text().starts_with("bad_checksum; CRC-32 is "));
        CHECK(component(forged, key).names.at("product").text() == "FX-4800-32C");
        const Found odd =
            found_in(text_of(with_crc({tlv(country_code, "DEU"), tlv(serial_number, "\xff\xff\xff\xff")})));
        CHECK(component(odd, key).names.at("eeprom").text() == "ok; 0x000b Country Code is of 3 bytes, not 2");
        CHECK(component(odd, key).serial.why() == "all_ff");
        const Found none = found_in(text_of(tlv_info_of({tlv(product_name, "x")})));
        CHECK(component(none, key).names.at("eeprom").text() == "no_checksum");
    }

    TEST_CASE("one that breaks off is an error that names chip, offset and field; what stood before is given") {
        Bytes bytes = with_crc({tlv(product_name, "EX"), tlv(serial_number, "SN-00001")});
        bytes[16] = 200;
        const Found found = found_in(text_of(bytes, 256));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail == key + ": 0x000f Serial Number: runs out of the total length (truncated)");
        CHECK(component(found, key).names.at("product").text() == "EX");
        CHECK(component(found, key).serial.absent());
    }

    TEST_CASE("heads of another version or with too long a length are errors, and no parts") {
        Bytes other = example_switch();
        other[8] = 2;
        CHECK(found_in(text_of(other)).report.detail.find("Header Version") != std::string::npos);
        Bytes longer = example_switch();
        longer[9] = 8;
        const Found found = found_in(text_of(longer, 8192));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("Total Length") != std::string::npos);
        CHECK(found.components.empty());
        CHECK(found.report.covered.empty());
    }

    TEST_CASE("a memory that holds something else is no board; an erased one says nothing of its place") {
        const Found other =
            found_in(std::string("\x01\x00\x00\x01\x0a\x00\x00\xf4", 8) + std::string(248, 'x'));  // IPMI FRU
        CHECK(other.report.state == SourceState::ok);
        CHECK(other.components.empty());
        CHECK(other.report.covered == std::vector<std::string>{key});
        for (const char byte : {'\xff', '\0'}) {
            const Found blank = found_in(std::string(256, byte));
            CHECK(blank.report.state == SourceState::ok);
            CHECK(blank.components.empty());
            CHECK(blank.report.covered.empty());
        }
    }

    TEST_CASE("memories of memory modules and transceivers are not read, also not by way of nvmem") {
        for (const char* name : {"spd", "ee1004", "spd5118", "optoe1", "sff8436"}) {
            CAPTURE(std::string(name));
            ScratchTree tree;
            with_chip(tree, text_of(example_switch()), name);
            add_nvmem(tree, bus + "/0-0050/0-00500", "EEPROM", text_of(example_switch()));
            CHECK(read_board_eeproms(replayed(tree)).report.state == SourceState::absent);
        }
    }

    TEST_CASE("addresses beyond 50 to 57, and chips that no driver shows, are not looked at") {
        ScratchTree tree;
        add_i2c_bus(tree, bus);
        for (const char* address : {"/0-004f", "/0-0058", "/0-1050"})
            add_i2c_chip(tree, bus + address, "24c02", text_of(example_switch()));
        add_i2c_chip(tree, bus + "/0-0051", "24c02");
        CHECK(read_board_eeproms(replayed(tree)).report.state == SourceState::absent);
        for (const char* address : {"/0-0050", "/0-0057"})
            add_i2c_chip(tree, bus + address, "24c02", text_of(example_switch()));
        CHECK(read_board_eeproms(replayed(tree)).components.size() == 2);
    }

    TEST_CASE("a chip on its bus and on the nvmem bus is one; one that is on the latter alone is found there") {
        ScratchTree tree;
        with_chip(tree, text_of(example_switch()));
        add_nvmem(tree, bus + "/0-0050/0-00500", "EEPROM", text_of(example_switch()));
        CHECK(read_board_eeproms(replayed(tree)).components.size() == 1);
        tree.remove("sys/devices/" + bus + "/0-0050/eeprom");
        const Found again = read_board_eeproms(replayed(tree));
        REQUIRE(again.components.size() == 1);
        CHECK(again.components[0].key == key);

        ScratchTree other;
        const std::string chip = "platform/soc/spi_master/spi0/spi0.0";
        add_nvmem(other, chip + "/spi0.00", "EEPROM", text_of(example_switch()));
        add_nvmem(other, "platform/soc/efuse/efuse0", "OTP", text_of(example_switch()));
        const Found spi = read_board_eeproms(replayed(other));
        REQUIRE(spi.components.size() == 1);
        CHECK(spi.components[0].key == "board_eeprom/" + chip);
    }

    TEST_CASE("what may not or cannot be read is told by the chip's key; one that went away meanwhile is gone") {
        for (const auto& [word, state] :
             {std::pair("denied", SourceState::denied), std::pair("error", SourceState::error),
              std::pair("timed_out", SourceState::timed_out), std::pair("gone", SourceState::ok)}) {
            CAPTURE(std::string(word));
            ScratchTree tree;
            with_chip(tree, text_of(example_switch()));
            tree.file("kernel/unreadable", std::string(word) + " sys/devices/" + bus + "/0-0050/eeprom\tsaid so\n");
            const Found found = read_board_eeproms(replayed(tree));
            CHECK(found.report.state == state);
            CHECK(found.report.detail == (state == SourceState::ok ? "" : key + ": said so"));
            CHECK(found.components.empty());
            CHECK(found.report.covered.empty());
        }
        ScratchTree tree;
        with_chip(tree, text_of(example_switch()));
        tree.file("kernel/unreadable", "denied sys/bus/i2c/devices\n");
        CHECK(read_board_eeproms(replayed(tree)).report.state == SourceState::denied);
    }

    TEST_CASE("no I2C bus, or one without memories, is absent") {
        ScratchTree tree;
        CHECK(read_board_eeproms(replayed(tree)).report.state == SourceState::absent);
        add_i2c_bus(tree, bus);
        CHECK(read_board_eeproms(replayed(tree)).report.state == SourceState::absent);
    }

    TEST_CASE("of a chip no more is asked than its head says, and of another thing's memory the first 16 bytes") {
        ScratchTree tree;
        with_chip(tree, text_of(example_switch(), 8192));
        add_i2c_chip(tree, bus + "/0-0051", "24c64", std::string(8192, 'x'));
        const auto recording = std::make_shared<Recording>(replayed(tree));
        CHECK(read_board_eeproms(replayed(tree).recorded(recording)).components.size() == 1);
        const auto taken = recording->take();
        REQUIRE(taken.has_value());
        CHECK(taken->entries.at("sys/devices/" + bus + "/0-0050/eeprom").bytes == text_of(example_switch()));
        CHECK(taken->entries.at("sys/devices/" + bus + "/0-0051/eeprom").bytes == std::string(16, 'x'));
    }
}

}  // namespace
}  // namespace assay::agent
