// Configuration space: a captured machine against what lspci printed of it, hand-made spaces with the offsets of the
// specifications, and lists that loop, lie or are cut.

#include "evidence/hardware/pci_config.hpp"

#include "tests/support/captures.hpp"
#include "tests/support/little_endian.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <iterator>
#include <regex>
#include <sstream>

namespace assay::pci {
namespace {

void put16(Bytes& bytes, std::size_t at, unsigned value) {
    test::put_little(bytes, at, value, 2);
}

void put32(Bytes& bytes, std::size_t at, std::uint32_t value) {
    test::put_little(bytes, at, value, 4);
}

// A function with a PCI Express capability at 0x40 and the ids 8086:1572, subsystem 19e5:d11c.
Bytes network_card(std::size_t size = extended_bytes) {
    Bytes out(size);
    put16(out, 0x00, 0x8086);
    put16(out, 0x02, 0x1572);
    put16(out, 0x06, 0x0010);  // capabilities list
    put16(out, 0x2c, 0x19e5);
    put16(out, 0x2e, 0xd11c);
    out[0x34] = 0x40;
    if (size == header_bytes) return out;
    out[0x40] = 0x10;
    return out;
}

// A root port: PCI Express at 0x40 with slot 12, hot-plug and a power controller; subsystem ids at 0x80.
Bytes root_port() {
    Bytes out = network_card();
    out[0x0e] = 0x81;  // bridge, of several functions
    out[0x19] = 0x05;
    put32(out, 0x2c, 0);
    out[0x41] = 0x80;
    put16(out, 0x42, 0x0142);                        // Root Port, slot implemented, version 2
    put32(out, 0x4c, 1U << 20U);                     // Data Link Layer Link Active Reporting
    put16(out, 0x52, 1U << 13U);                     // link active
    put32(out, 0x54, (12U << 19U) | 0x40U | 0x02U);  // slot 12, hot-plug, power controller
    put16(out, 0x58, 0);                             // power on
    put16(out, 0x5a, 0x0040);                        // occupied
    out[0x80] = 0x0d;
    put16(out, 0x84, 0x1014);
    put16(out, 0x86, 0x0595);
    return out;
}

void extended(Bytes& bytes, std::size_t at, unsigned id, std::size_t next) {
    put32(bytes, at, id | 0x00010000U | static_cast<std::uint32_t>(next << 20U));
}

Config decoded(const Bytes& bytes) {
    const auto config = decode_config(bytes);
    REQUIRE(config.has_value());
    return *config;
}

// What lspci -vvnnxxx printed, function by function: its text, and the bytes of the dump below it.
struct Printed {
    std::string text;
    Bytes bytes;
};

std::vector<Printed> printed(const Bytes& raw) {
    std::vector<Printed> out;
    std::istringstream lines(to_text(raw));
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_search(line, std::regex("^[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7] "))) out.emplace_back();
        if (out.empty()) continue;
        if (!std::regex_search(line, std::regex("^[0-9a-f]{2}:( [0-9a-f]{2}){16}$"))) {
            out.back().text += line + "\n";
            continue;
        }
        for (std::size_t at = 4; at < line.size(); at += 3) {
            std::uint8_t byte = 0;
            std::from_chars(line.data() + at, line.data() + at + 2, byte, 16);
            out.back().bytes.push_back(byte);
        }
    }
    return out;
}

bool says(const Printed& function, const char* pattern) {
    return std::regex_search(function.text, std::regex(pattern));
}

std::string found(const Printed& function, const char* pattern) {
    std::smatch match;
    return std::regex_search(function.text, match, std::regex(pattern)) ? match[1].str() : "";
}

std::string ids(std::uint16_t vendor, std::uint16_t device) {
    std::ostringstream out;
    out << std::hex << std::setfill('0') << std::setw(4) << vendor << ':' << std::setw(4) << device;
    return out.str();
}

TEST_SUITE("pci_config") {
    TEST_CASE("a captured machine's functions decode to what lspci printed of them") {
        const auto raw = test::capture("vm-measured-boot/dev/lspci-vvnn-xxx.txt");
        if (!raw) return;
        const std::vector<Printed> functions = printed(*raw);
        REQUIRE(functions.size() == 16);
        std::size_t slots = 0;
        for (const Printed& one : functions) {
            CAPTURE(one.text.substr(0, one.text.find('\n')));
            REQUIRE(one.bytes.size() == conventional_bytes);
            const Config config = decoded(one.bytes);
            CHECK_FALSE(config.broken.has_value());
            CHECK(config.depth == Depth::conventional);
            CHECK(ids(config.vendor, config.device) == found(one, "^[^\n]*\\[([0-9a-f]{4}:[0-9a-f]{4})\\]"));
            REQUIRE(config.subsystem.has_value());
            CHECK(
                ids(config.subsystem->vendor, config.subsystem->device) ==
                found(one, "\n\tSubsystem: [^\n]*\\[([0-9a-f]{4}:[0-9a-f]{4})\\]")
            );
            CHECK(config.has_capabilities == says(one, "Status: Cap\\+"));
            CHECK(config.is_express == says(one, "\\] Express "));
            CHECK((config.header == HeaderType::bridge) == says(one, "\tBus: primary="));
            // Extended capabilities are printed with their version: "[140 v1]".
            const std::regex listed("Capabilities: \\[[0-9a-f]+\\]");
            const std::sregex_iterator first(one.text.begin(), one.text.end(), listed);
            CHECK(config.capabilities.size() == static_cast<std::size_t>(std::distance(first, std::sregex_iterator())));
            CHECK(config.slot.has_value() == says(one, "\\(Slot\\+\\)"));
            if (!config.slot) continue;
            ++slots;
            CHECK(std::to_string(config.slot->physical_number) == found(one, "Slot #(\\d+)"));
            CHECK(config.slot->occupied == says(one, "SltSta:[^\n]* PresDet\\+"));
            CHECK(config.slot->hot_plug == says(one, "HotPlug\\+"));
            CHECK(config.slot->powered == says(one, "Control: [^\n]* Power-"));  // lspci prints the bit: 1 is off
            CHECK(config.link_up == says(one, "DLActive\\+"));
            CHECK(std::to_string(config.secondary_bus) == found(one, "secondary=0(\\d)"));
        }
        CHECK(slots == 2);
    }

    TEST_CASE("a port's slot, its power, its link and the bridge's subsystem ids") {
        Bytes port = root_port();
        Config config = decoded(port);
        CHECK_FALSE(config.broken.has_value());
        CHECK(config.header == HeaderType::bridge);
        CHECK(config.secondary_bus == 5);
        CHECK(config.capabilities == std::vector<std::uint8_t>{0x10, 0x0d});
        CHECK(config.subsystem == SubsystemIds{0x1014, 0x0595});
        REQUIRE(config.slot.has_value());
        CHECK(config.slot->physical_number == 12);
        CHECK(config.slot->hot_plug);
        CHECK(config.slot->occupied);
        CHECK(config.slot->powered == true);
        CHECK(config.link_up == true);
        put16(port, 0x5a, 0);
        put16(port, 0x58, 0x0400);
        put16(port, 0x52, 0);
        config = decoded(port);
        CHECK_FALSE(config.slot->occupied);
        CHECK(config.slot->powered == false);
        CHECK(config.link_up == false);
        put32(port, 0x54, 0x40);  // no power controller: nothing says whether it is on
        put32(port, 0x4c, 0);
        config = decoded(port);
        CHECK(config.slot->physical_number == 0);
        CHECK_FALSE(config.slot->powered.has_value());
        CHECK_FALSE(config.link_up.has_value());
    }

    TEST_CASE("only a port has a slot, whatever the bit of another says") {
        for (const unsigned type : {0x0U, 0x1U, 0x5U, 0x7U, 0x9U, 0xaU}) {
            CAPTURE(type);
            Bytes one = root_port();
            put16(one, 0x42, 0x0102U | (type << 4U));
            CHECK_FALSE(decoded(one).slot.has_value());
        }
        for (const unsigned type : {0x4U, 0x6U, 0x8U}) {
            Bytes one = root_port();
            put16(one, 0x42, 0x0102U | (type << 4U));
            CHECK(decoded(one).slot.has_value());
            put16(one, 0x42, 0x0002U | (type << 4U));
            CHECK_FALSE(decoded(one).slot.has_value());
        }
    }

    TEST_CASE("a serial number is printed as lspci does, and virtual functions count only while they are enabled") {
        Bytes card = network_card();
        extended(card, 0x100, 0x0001, 0x140);
        extended(card, 0x140, 0x0003, 0x160);
        put32(card, 0x144, 0xffaa0002);
        put32(card, 0x148, 0x525400ff);
        extended(card, 0x160, 0x0010, 0);
        put16(card, 0x16e, 64);
        put16(card, 0x170, 8);
        Config config = decoded(card);
        CHECK_FALSE(config.broken.has_value());
        CHECK(config.extended == std::vector<std::uint16_t>{0x0001, 0x0003, 0x0010});
        CHECK(serial_text(config.serial.value()) == "52-54-00-ff-ff-aa-00-02");
        REQUIRE(config.virtual_functions.has_value());
        CHECK(config.virtual_functions->total == 64);
        CHECK(config.virtual_functions->enabled == 0);
        put16(card, 0x168, 1);
        CHECK(decoded(card).virtual_functions->enabled == 8);
    }

    TEST_CASE("an expansion ROM's register: address and whether it answers; of bridges it stands elsewhere") {
        Bytes card = network_card(header_bytes);
        CHECK_FALSE(decoded(card).rom.has_value());
        put32(card, 0x30, 0xfe600001);
        CHECK(decoded(card).rom->address == 0xfe600000);
        CHECK(decoded(card).rom->enabled);
        put32(card, 0x30, 0xffffffff);
        CHECK_FALSE(decoded(card).rom.has_value());
        card[0x0e] = 1;
        put32(card, 0x38, 0xfe600000);
        CHECK(decoded(card).rom->address == 0xfe600000);
        CHECK_FALSE(decoded(card).rom->enabled);
    }

    TEST_CASE("what was not given is unknown: the depth says how far the space was seen") {
        Bytes port = root_port();
        extended(port, 0x100, 0x0003, 0);
        for (std::size_t size = 0; size <= extended_bytes; ++size) {
            CAPTURE(size);
            const auto config = decode_config(ByteView(port).first(size));
            REQUIRE(config.has_value() == (size >= header_bytes));
            if (!config) {
                CHECK(config.error().code == Errc::truncated);
                continue;
            }
            CHECK(config->has_capabilities);
            CHECK_FALSE(config->broken.has_value());
            CHECK(config->slot.has_value() == (size >= conventional_bytes));
            CHECK(config->subsystem.has_value() == (size >= conventional_bytes));
            CHECK(config->serial.has_value() == (size >= extended_bytes));
            CHECK((config->depth == Depth::header) == (size < conventional_bytes));
            CHECK((config->depth == Depth::extended) == (size == extended_bytes));
        }
        port.push_back(0);
        CHECK(decode_config(port).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("a function that does not answer is gone, and a header type of no specification is not guessed at") {
        CHECK(decode_config(Bytes(256, 0xff)).error().code == Errc::gone);
        Bytes odd = network_card();
        odd[0x0e] = 0x03;
        CHECK(decode_config(odd).error().code == Errc::unsupported);
    }

    TEST_CASE("a CardBus bridge has its own places") {
        Bytes bridge = network_card(conventional_bytes);
        bridge[0x0e] = 2;
        bridge[0x14] = 0x80;
        bridge[0x80] = 0x01;
        put16(bridge, 0x40, 0x104c);
        put16(bridge, 0x42, 0x8039);
        const Config config = decoded(bridge);
        CHECK(config.subsystem == SubsystemIds{0x104c, 0x8039});
        CHECK(config.capabilities == std::vector<std::uint8_t>{0x01});
    }

    TEST_CASE("a list that loops, points into the header or reads as all bits set ends, and says so") {
        Bytes card = network_card();
        card[0x41] = 0x40;
        CHECK(decoded(card).broken->what.find("loop") != std::string::npos);
        card[0x41] = 0x3c;
        CHECK(decoded(card).broken->what.find("header") != std::string::npos);
        card[0x41] = 0x83;  // the two lowest bits mean nothing
        card[0x80] = 0xff;
        CHECK(decoded(card).broken->what.find("all bits") != std::string::npos);
        CHECK(decoded(card).capabilities == std::vector<std::uint8_t>{0x10});
        card[0x80] = 0x05;
        CHECK_FALSE(decoded(card).broken.has_value());
        card[0x06] = 0;  // no list at all, whatever the pointer says
        CHECK(decoded(card).capabilities.empty());
    }

    TEST_CASE("extended lists end likewise, and what conventional space lacks they still give") {
        Bytes card = network_card();
        extended(card, 0x100, 0x0003, 0x100);
        CHECK(decoded(card).broken->what.find("loop") != std::string::npos);
        CHECK(decoded(card).serial.has_value());
        extended(card, 0x100, 0x0003, 0x0c0);
        CHECK(decoded(card).broken->what.find("conventional") != std::string::npos);
        extended(card, 0x100, 0x0003, 0);
        card[0x41] = 0x40;
        CHECK(decoded(card).broken->what.find("loop") != std::string::npos);
        CHECK(decoded(card).serial.has_value());
        put32(card, 0x100, 0xffffffff);  // the space is there and empty
        CHECK(decoded(card).extended.empty());
    }

    TEST_CASE("a structure that would run out of the space is not read") {
        Bytes card = network_card();
        card[0x34] = 0xec;  // 20 bytes are left: an endpoint's structure just fits, a port with a slot does not
        card[0xec] = 0x10;
        CHECK_FALSE(decoded(card).broken.has_value());
        put16(card, 0xee, 0x0142);
        CHECK(decoded(card).broken->code == Errc::truncated);
        CHECK_FALSE(decoded(card).slot.has_value());
        Bytes port = root_port();
        port[0x34] = 0xfc;
        port[0xfc] = 0x0d;
        CHECK(decoded(port).broken->code == Errc::truncated);
        Bytes late = network_card();
        extended(late, 0x100, 0x0002, 0xff4);
        extended(late, 0xff4, 0x0003, 0);
        CHECK_FALSE(decoded(late).broken.has_value());
        extended(late, 0x100, 0x0002, 0xff8);
        extended(late, 0xff8, 0x0003, 0);
        CHECK(decoded(late).broken->code == Errc::truncated);
        CHECK_FALSE(decoded(late).serial.has_value());
        extended(late, 0xfc4, 0x0010, 0);
        extended(late, 0x100, 0x0002, 0xfc4);
        CHECK(decoded(late).broken->code == Errc::truncated);
    }
}

}  // namespace
}  // namespace assay::pci
