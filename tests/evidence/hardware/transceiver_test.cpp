// The EEPROM decoder against pages made by the tables of each specification: values, checksums, and the ways in which a
// module that is not there, not ready or half read looks.

#include "evidence/hardware/transceiver.hpp"

#include "base/text.hpp"
#include "evidence/hardware/transceiver_dump.hpp"
#include "tests/support/module_pages.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace assay::transceiver {
namespace {

using namespace assay::test;

// As `ethtool -m IF hex on` prints bytes.
std::string hex_text(const Bytes& bytes) {
    std::string out = "Offset\t\tValues\n------\t\t------\n";
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        out += fmt::format("0x{:04x}:\t\t", at);
        for (std::size_t i = at; i < std::min(at + 16, bytes.size()); ++i) out += fmt::format("{:02x} ", bytes[i]);
        out += "\n";
    }
    return out;
}

std::vector<std::pair<const char*, Pages>> all_kinds() {
    return {{"sfp", sfp_pages()}, {"qsfp", qsfp_pages()}, {"cmis", cmis_pages()}};
}

TEST_SUITE("transceiver") {
    TEST_CASE("an SFP is read by SFF-8472") {
        const Module module = decode_module(sfp_pages());
        CHECK(module.condition == Condition::ok);
        CHECK(module.map == Map::sff8472);
        CHECK(module.type == "SFP");
        CHECK(module.connector == "LC");
        CHECK(module.vendor.text() == "HUAWEI");
        CHECK(module.oui == "00e0fc");
        CHECK(module.part_number.text() == "OMXD30000");
        CHECK(module.revision.text() == "A1");
        CHECK(module.serial.text() == "SFPSERIAL0042");
        CHECK(module.date_code.text() == "210626");
        CHECK(module.firmware.empty());
    }

    TEST_CASE("a QSFP28 is read by SFF-8636, from the upper page") {
        const Module module = decode_module(qsfp_pages());
        CHECK(module.condition == Condition::ok);
        CHECK(module.map == Map::sff8636);
        CHECK(module.type == "QSFP28");
        CHECK(module.connector == "MPO 1x12");
        CHECK(module.vendor.text() == "ACME OPTICS");
        CHECK(module.oui == "123456");
        CHECK(module.part_number.text() == "AO-QSFP28-SR4");
        CHECK(module.revision.text() == "1B");
        CHECK(module.serial.text() == "QSERIAL7");
        CHECK(module.date_code.text() == "19031102");
    }

    TEST_CASE("a QSFP-DD is read by CMIS, with its firmware and its hardware revision") {
        const Module module = decode_module(cmis_pages());
        CHECK(module.condition == Condition::ok);
        CHECK(module.map == Map::cmis);
        CHECK(module.type == "QSFP-DD");
        CHECK(module.connector == "LC");
        CHECK(module.vendor.text() == "ACME OPTICS");
        CHECK(module.oui == "123456");
        CHECK(module.part_number.text() == "AO-QDD-FR4");
        CHECK(module.revision.text() == "A");
        CHECK(module.serial.text() == "CSERIAL9");
        CHECK(module.date_code.text() == "22120100");
        CHECK(module.firmware == "2.7");
        CHECK(module.inactive_firmware == "2.6");
        CHECK(module.hardware_revision == "1.3");
    }

    TEST_CASE("firmware 0.0 and 255.255 are none") {
        for (const std::uint8_t byte : std::initializer_list<std::uint8_t>{0x00, 0xff}) {
            Pages pages = cmis_pages();
            pages.lower[39] = pages.lower[40] = pages.page_01[0] = pages.page_01[1] = byte;
            const Module module = decode_module(pages);
            CHECK(module.firmware.empty());
            CHECK(module.inactive_firmware.empty());
        }
    }

    TEST_CASE("every byte of the identity is under a checksum: one that changed is told, and the values are given") {
        for (const auto& [kind, pages] : all_kinds()) {
            const Map map = *map_of(pages.lower[0]);
            const std::size_t summed = map == Map::cmis ? 94 : 95;
            for (std::size_t at = 1; at < summed; ++at) {    // byte 0 is the identifier: another kind of module
                if (map != Map::cmis && at == 63) continue;  // a sum itself, told below
                CAPTURE(kind);
                CAPTURE(at);
                Pages changed = pages;
                (map == Map::sff8472 ? changed.lower : changed.page_00)[at] ^= 0x01;
                const Module module = decode_module(changed);
                CHECK(module.condition == Condition::bad_checksum);
                CHECK_FALSE(module.vendor.absent());
                CHECK(module.identified());
            }
        }
    }

    TEST_CASE("a stored checksum that is wrong is named with what it should be") {
        Pages pages = sfp_pages();
        pages.lower[95] ^= 0xff;
        const Module module = decode_module(pages);
        CHECK(module.condition == Condition::bad_checksum);
        REQUIRE(module.checksums.size() == 2);
        CHECK(module.checksums[0].name == "CC_BASE");
        CHECK(module.checksums[0].holds());
        CHECK(module.checksums[1].name == "CC_EXT");
        CHECK_FALSE(module.checksums[1].holds());
        CHECK(module.checksums[1].computed == sfp_pages().lower[95]);
    }

    TEST_CASE("a module that does not answer is all ff, one that was never written is all 00, and neither has a name") {
        for (const auto& [value, expected] : std::initializer_list<std::pair<std::uint8_t, Condition>>{
                 {0xff, Condition::all_ff}, {0x00, Condition::all_00}
             }) {
            const Bytes page(128, value);
            for (const Pages& pages : {Pages{page, {}, {}}, Pages{page, page, {}}, Pages{{}, page, {}}}) {
                const Module module = decode_module(pages);
                CHECK(module.condition == expected);
                CHECK(module.vendor.absent());
                CHECK(module.serial.absent());
                CHECK(module.oui.empty());
                CHECK_FALSE(module.identified());
            }
            // The lower page answers already, the upper one not yet.
            for (Pages half : {qsfp_pages(), cmis_pages()}) {
                half.page_00 = page;
                CHECK(decode_module(half).condition == expected);
            }
        }
    }

    TEST_CASE("an upper page of another kind than the lower one is stale, and its values are given") {
        Pages gone = qsfp_pages();
        gone.lower.assign(128, 0xff);
        Pages another = qsfp_pages();
        another.lower = cmis_pages().lower;
        for (const Pages& pages : {gone, Pages{qsfp_pages().lower, cmis_pages().page_00, {}}, another}) {
            const Module module = decode_module(pages);
            CHECK(module.condition == Condition::stale);
            CHECK(module.identified());
        }
        CHECK(decode_module(gone).serial.text() == "QSERIAL7");
        Pages family = qsfp_pages();  // QSFP+ below, QSFP28 above: makers do that
        family.lower[0] = 0x0d;
        CHECK(decode_module(family).condition == Condition::ok);
    }

    TEST_CASE("an OUI of zeros or ones is nobody's; a field of ff is unreadable, a blank one empty") {
        for (const std::uint32_t oui : {0x000000U, 0xffffffU}) {
            Pages pages = sfp_pages();
            put_oui(pages.lower, 37, oui);
            put_both_sums(pages.lower);
            CHECK(decode_module(pages).condition == Condition::ok);
            CHECK(decode_module(pages).oui.empty());
        }
        Pages pages = sfp_pages();
        std::fill_n(pages.lower.begin() + 20, 16, 0xff);
        put(pages.lower, 68, "", 16);
        std::fill_n(pages.lower.begin() + 56, 4, 0x00);
        const Module module = decode_module(pages);
        CHECK(module.vendor == Reading::unreadable("all_ff"));
        CHECK(module.serial == Reading::of(""));
        CHECK(module.revision == Reading::of(""));
    }

    TEST_CASE("hostile text is cleaned") {
        Pages pages = sfp_pages();
        put(pages.lower, 20, "\x1b[2J\xff\xe2\x80\xae!", 16);
        const std::string vendor = decode_module(pages).vendor.text();
        CHECK(printable(vendor) == vendor);
        CHECK(vendor.find("\\u{1b}") != std::string::npos);
    }

    TEST_CASE("a module of another specification gives its kind only") {
        Bytes page(128, 0x11);
        page[0] = 0x06;
        const Module module = decode_module({page, page, {}});
        CHECK(module.condition == Condition::unknown_map);
        CHECK(module.identifier == 0x06);
        CHECK(module.type == "XFP");
        CHECK(module.vendor.absent());
        page[0] = 0xee;
        CHECK(decode_module({page, {}, {}}).type.empty());
    }

    TEST_CASE("every cut of the identity is truncated and reads nothing") {
        for (const auto& [kind, whole] : all_kinds()) {
            const Map map = *map_of(whole.lower[0]);
            const std::size_t needed = map == Map::cmis ? 95 : 96;
            for (std::size_t size = 0; size < 128; ++size) {
                CAPTURE(kind);
                CAPTURE(size);
                Pages cut = whole;
                (map == Map::sff8472 ? cut.lower : cut.page_00).resize(size);
                const Module module = decode_module(cut);
                CHECK((module.condition == Condition::truncated) == (size < needed));
                CHECK(module.vendor.absent() == (size < needed));
            }
        }
        for (std::size_t size = 0; size < 128; ++size) {
            Pages cut = cmis_pages();
            cut.lower.resize(size);
            cut.page_01.resize(size);
            CHECK(decode_module(cut).condition == Condition::ok);
            CHECK(decode_module(cut).firmware.empty() == (size < 41));
            CHECK(decode_module(cut).hardware_revision.empty() == (size < 4));
        }
    }

    TEST_CASE("every identifier has a map or none, and what has a map has a name") {
        for (unsigned value = 0; value < 256; ++value) {
            const auto identifier = static_cast<std::uint8_t>(value);
            if (map_of(identifier)) CHECK_FALSE(type_of(identifier).empty());
        }
        CHECK_FALSE(map_of(0x00).has_value());
        CHECK_FALSE(map_of(0xff).has_value());
    }

    TEST_CASE("flat memory has no further page") {
        CHECK(has_more_pages(cmis_pages().lower));
        Pages flat = cmis_pages();
        flat.lower[2] = 0x80;
        CHECK_FALSE(has_more_pages(flat.lower));
        CHECK_FALSE(has_more_pages(Bytes{}));
    }
}

TEST_SUITE("transceiver_dump") {
    TEST_CASE("a file is read raw and as ethtool's hex, with the same outcome") {
        for (const auto& [kind, pages] : all_kinds()) {
            CAPTURE(kind);
            Bytes file = joined(pages);
            file.resize(file.size() <= 256 ? 256 : 512);
            const auto raw = parse_dump(file);
            const auto hex = parse_dump(as_bytes(hex_text(file)));
            REQUIRE(raw.has_value());
            REQUIRE(hex.has_value());
            CHECK(raw->lower == pages.lower);
            CHECK(raw->page_00 == pages.page_00);
            CHECK(raw->page_01 == pages.page_01);
            CHECK(hex->lower == raw->lower);
            CHECK(hex->page_00 == raw->page_00);
            CHECK(decode_module(*raw).condition == Condition::ok);
        }
    }

    TEST_CASE("128 bytes are A0h of an SFP, or the upper page of another") {
        CHECK(decode_module(parse_dump(sfp_pages().lower).value()).serial.text() == "SFPSERIAL0042");
        CHECK(decode_module(parse_dump(qsfp_pages().page_00).value()).serial.text() == "QSERIAL7");
        CHECK(decode_module(parse_dump(cmis_pages().page_00).value()).serial.text() == "CSERIAL9");
        CHECK(decode_module(parse_dump(Bytes(128, 0xff)).value()).condition == Condition::all_ff);
    }

    TEST_CASE("A2h of an SFP and page 01h of flat memory are left out") {
        Bytes sfp(512, 0xaa);
        std::ranges::copy(sfp_pages().lower, sfp.begin());
        CHECK(parse_dump(sfp)->page_00.empty());
        Pages flat = cmis_pages();
        flat.lower[2] = 0x80;
        Bytes file = joined(flat);
        file.resize(512);
        CHECK(parse_dump(file)->page_01.empty());
    }

    TEST_CASE("only the sizes that modules have are taken") {
        for (std::size_t size = 0; size <= 700; ++size) {
            CAPTURE(size);
            const bool known = size == 128 || size == 256 || size == 512 || size == 640;
            CHECK(parse_dump(Bytes(size, 0x03)).has_value() == known);
            CHECK(parse_dump(as_bytes(hex_text(Bytes(size, 0x03)))).has_value() == known);
        }
    }

    TEST_CASE("hex with a gap, a wrong digit or too much of it is refused") {
        const std::string good = hex_text(Bytes(128, 0x03));
        CHECK(parse_dump(as_bytes(good)).has_value());
        const auto changed = [&good](std::string_view from, std::string_view to) {
            std::string text = good;
            text.replace(text.find(from), from.size(), to);
            const auto read = parse_dump(as_bytes(text));
            return read ? std::optional<Errc>() : read.error().code;
        };
        CHECK(changed("0x0020", "0x0030") == Errc::bad_value);
        CHECK(changed("0x0020", "0x00g0") == Errc::bad_encoding);
        CHECK(changed("0x0020:", "0x0020") == Errc::bad_encoding);
        CHECK(changed("03 03", "03 3") == Errc::bad_encoding);
        CHECK(changed("03 03", "03 zz") == Errc::bad_encoding);
        CHECK(changed("03 03", "03") == Errc::bad_value);
        const std::string long_text = "0x0000: 03\n" + std::string(max_dump_text_bytes, '\n');
        CHECK(parse_dump(as_bytes(long_text)).error().code == Errc::limit_exceeded);
    }
}

}  // namespace
}  // namespace assay::transceiver
