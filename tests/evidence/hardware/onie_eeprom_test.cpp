// TlvInfo: three published examples with their CRCs, a made-up switch with every field, lengths that lie, what is
// missing, double or in another place.

#include "evidence/hardware/onie_eeprom.hpp"

#include "base/encoding.hpp"
#include "tests/support/onie_bytes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::onie {
namespace {

using test::tlv;
using test::tlv_info_of;
using test::with_crc;
using enum Type;

TlvInfo decoded(ByteView bytes) {
    const auto info = decode_tlv_info(bytes);
    REQUIRE(info.has_value());
    return *info;
}

TEST_SUITE("onie_eeprom") {
    TEST_CASE("a published dump: infix, doc/vpd.md, \"Creating and Parsing ONIE EEPROM Binaries\"") {
        const auto bytes = from_hex(
            "546c76496e666f0001002d251330322f31332f323032342031313a32393a3532210c5761636b7920576964676574230223"
            "31fe04dd698897"
        );
        REQUIRE(bytes.has_value());
        const TlvInfo info = decoded(*bytes);
        CHECK(info.condition == Condition::ok);
        CHECK(info.stored == 0xdd698897);
        CHECK(info.text(manufacture_date).text() == "02/13/2024 11:29:52");
        CHECK(info.text(product_name).text() == "Wacky Widget");
        CHECK(info.text(serial_number).text() == "#1");
        CHECK(info.irregular.empty());
        CHECK(info.bytes == bytes->size());
    }

    TEST_CASE("printed by onie-syseeprom: opencomputeproject/onie issue 1069, and 395 of an EEPROM just made") {
        const TlvInfo one = decoded(with_crc({tlv(serial_number, "HAHN544000L"), tlv(device_version, "\x06")}));
        CHECK(one.stored == 0x5a97a8bf);
        CHECK(one.bytes == header_bytes + 22);
        CHECK(one.device_version() == 6);
        const TlvInfo fresh = decoded(with_crc({}));
        CHECK(fresh.condition == Condition::ok);
        CHECK(fresh.stored == 0xd4431c18);
        CHECK(fresh.text(serial_number).absent());
        CHECK(fresh.mac_base().empty());
        CHECK_FALSE(fresh.num_macs().has_value());
    }

    TEST_CASE("every field of the table is read, in the names of the specification") {
        const TlvInfo info = decoded(test::example_switch());
        CHECK(info.condition == Condition::ok);
        CHECK(info.irregular.empty());
        CHECK_FALSE(info.broken.has_value());
        CHECK(info.text(product_name).text() == "EX-4800-32C");
        CHECK(info.text(part_number).text() == "EX4800-01");
        CHECK(info.text(serial_number).text() == "EX21470000042");
        CHECK(info.mac_base() == "3cfdfe123456");
        CHECK(info.device_version() == 3);
        CHECK(info.text(label_revision).text() == "R01");
        CHECK(info.text(platform_name).text() == "x86_64-example_ex4800-r0");
        CHECK(info.text(onie_version).text() == "2019.11-5.1");
        CHECK(info.num_macs() == 132);
        CHECK(info.text(manufacturer).text() == "Example Works");
        CHECK(info.text(country_code).text() == "DE");
        CHECK(info.text(vendor).text() == "Example Networks");
        CHECK(info.text(diag_version).text() == "1.2");
        CHECK(info.text(service_tag).text() == "EXTAG77");
        const auto extensions = info.extensions();
        REQUIRE(extensions.size() == 2);
        CHECK(extensions[0].enterprise == 2011);
        CHECK(as_text(extensions[0].data) == "private");
        CHECK(extensions[1].enterprise == 33049);
        CHECK(info.fields.size() == 18);
        CHECK(description_of(0x24) == "MAC #1 Base");
        CHECK(description_of(0x2a) == "Num MACs");
        CHECK(description_of(0xfd) == "Vendor Extension");
        CHECK(description_of(0x30).empty());
    }

    TEST_CASE("any changed bit is seen: by the sum, or by the shape of what it breaks") {
        const Bytes good = test::example_switch();
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
            CAPTURE(bit);
            Bytes changed = good;
            changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << bit % 8));
            const auto info = decode_tlv_info(changed);
            CHECK_FALSE((info.has_value() && info->condition == Condition::ok));
        }
    }

    TEST_CASE("a wrong sum is told with both values, and the fields are given all the same") {
        Bytes bytes = test::example_switch();
        bytes[header_bytes + 2] = 'F';
        const TlvInfo info = decoded(bytes);
        CHECK(info.condition == Condition::bad_checksum);
        CHECK(info.stored != info.computed);
        CHECK(info.text(product_name).text() == "FX-4800-32C");
    }

    TEST_CASE("a sum that is missing, of another length, or not the last field is none that holds") {
        CHECK(decoded(tlv_info_of({tlv(product_name, "x")})).condition == Condition::no_checksum);
        const TlvInfo of_three = decoded(tlv_info_of({tlv(product_name, "x"), tlv(crc_32, "abc")}));
        CHECK(of_three.condition == Condition::no_checksum);
        REQUIRE(of_three.irregular.size() == 1);
        CHECK(of_three.irregular[0].where == "0x000e CRC-32");

        Bytes early = with_crc({tlv(product_name, "x")});
        const Bytes late = tlv(serial_number, "SN-000001");
        early.insert(early.end(), late.begin(), late.end());
        early[10] = static_cast<std::uint8_t>(early.size() - header_bytes);
        const TlvInfo info = decoded(early);
        CHECK(info.condition == Condition::checksum_not_last);
        CHECK(info.text(serial_number).text() == "SN-000001");
        CHECK_FALSE(info.broken.has_value());
    }

    TEST_CASE("cut anywhere, what stood whole before the cut stays and the cut is told") {
        const Bytes whole = test::example_switch();
        const TlvInfo all = decoded(whole);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            const auto info = decode_tlv_info(ByteView(whole).first(size));
            REQUIRE(info.has_value() == (size >= header_bytes));
            if (!info) {
                CHECK(info.error().code == Errc::truncated);
                continue;
            }
            REQUIRE(info->broken.has_value());
            CHECK(info->broken->code == Errc::truncated);
            CHECK(info->condition == Condition::no_checksum);
            const auto standing = std::ranges::count_if(all.fields, [size](const Field& one) {
                return one.offset + 2 + one.value.size() <= size;
            });
            CHECK(info->fields.size() == static_cast<std::size_t>(standing));
        }
    }

    TEST_CASE("a field that runs out of the total length is broken, also where there are bytes") {
        Bytes bytes = with_crc({tlv(product_name, "abc")});
        bytes.resize(256, 0xff);
        bytes[header_bytes + 1] = 200;
        const TlvInfo info = decoded(bytes);
        REQUIRE(info.broken.has_value());
        CHECK(info.broken->where == "0x000b Product Name");
        CHECK(info.broken->what == "runs out of the total length");
        CHECK(info.fields.empty());
    }

    TEST_CASE("types that there never are end the reading: a part was erased") {
        for (const char type : {'\x00', '\xff'}) {
            Bytes bytes = with_crc({tlv(product_name, "abc"), Bytes{static_cast<std::uint8_t>(type), 0}});
            const TlvInfo info = decoded(bytes);
            REQUIRE(info.broken.has_value());
            CHECK(info.broken->code == Errc::bad_value);
            CHECK(info.broken->where.starts_with("0x0010 type "));
            CHECK(info.text(product_name).text() == "abc");
            CHECK(info.condition == Condition::no_checksum);
        }
    }

    TEST_CASE("what lies behind the total length is not read and not counted") {
        const Bytes exact = test::example_switch();
        for (const std::uint8_t padding : Bytes{0xff, 0x00, 0x21}) {
            Bytes bytes = exact;
            bytes.resize(8192, padding);
            const TlvInfo info = decoded(bytes);
            CHECK(info.condition == Condition::ok);
            CHECK(info.bytes == exact.size());
            CHECK(info.fields.size() == 18);
        }
    }

    TEST_CASE("an erased and a blank memory are told apart, and both from one that holds something else") {
        CHECK(decoded(Bytes(256, 0xff)).condition == Condition::all_ff);
        CHECK(decoded(Bytes(16, 0x00)).condition == Condition::all_00);
        CHECK(decoded(Bytes(256, 0xff)).fields.empty());
        Bytes other(256, 0xff);
        other[0] = 'T';
        CHECK(decode_tlv_info(other).error().code == Errc::bad_magic);
        CHECK(decode_tlv_info(Bytes{0x92, 0x13, 0x0b, 0x02}).error().code == Errc::bad_magic);  // DDR3 SPD
        CHECK(decode_tlv_info(as_bytes("TlvInf0")).error().code == Errc::bad_magic);
        CHECK(decode_tlv_info({}).error().code == Errc::truncated);
    }

    TEST_CASE("a head of another version is not guessed at") {
        for (const std::uint8_t version : Bytes{0x00, 0x02, 0xff}) {
            Bytes bytes = test::example_switch();
            bytes[8] = version;
            const auto info = decode_tlv_info(bytes);
            REQUIRE_FALSE(info.has_value());
            CHECK(info.error().code == Errc::unsupported);
            CHECK(info.error().where == "0x0008 Header Version");
        }
    }

    TEST_CASE("limits: 2048 bytes are read, 2049 are refused, by the head alone") {
        Bytes bytes = tlv_info_of({});
        for (int i = 0; i < 7; ++i) {
            const Bytes field = tlv(vendor_extension, std::string(255, 'x'));
            bytes.insert(bytes.end(), field.begin(), field.end());
        }
        const Bytes rest = tlv(vendor_extension, std::string(max_bytes - bytes.size() - 2 - 6, 'y'));
        bytes.insert(bytes.end(), rest.begin(), rest.end());
        const Bytes sum = tlv(crc_32, "1234");
        bytes.insert(bytes.end(), sum.begin(), sum.end());
        REQUIRE(bytes.size() == max_bytes);
        bytes[9] = static_cast<std::uint8_t>((max_bytes - header_bytes) >> 8U);
        bytes[10] = static_cast<std::uint8_t>(max_bytes - header_bytes);
        test::put_crc(bytes);
        CHECK(decoded(bytes).condition == Condition::ok);
        CHECK(decode_head(ByteView(bytes).first(header_bytes)).value() == max_bytes);
        ++bytes[10];
        bytes.push_back(0xff);
        CHECK(decode_tlv_info(bytes).error().code == Errc::limit_exceeded);
        CHECK(decode_tlv_info(bytes).error().where == "0x0009 Total Length");
    }

    TEST_CASE("fields without a value, as many as fit, are all there") {
        Bytes many(1015 * 2);
        for (std::size_t i = 0; i < many.size(); i += 2) many[i] = 0x77;
        const TlvInfo info = decoded(with_crc({many}));
        CHECK(info.fields.size() == 1016);
        CHECK(info.irregular.empty());
        CHECK(info.condition == Condition::ok);
    }

    TEST_CASE("a second field of a type is irregular, the first one counts; vendor extensions may be many") {
        const TlvInfo info = decoded(with_crc(
            {tlv(serial_number, "FIRST-0001"), tlv(serial_number, "SECOND-0002"), tlv(vendor_extension, "abcd"),
             tlv(vendor_extension, "abcd")}
        ));
        CHECK(info.text(serial_number).text() == "FIRST-0001");
        REQUIRE(info.irregular.size() == 1);
        CHECK(info.irregular[0].code == Errc::duplicate_key);
        CHECK(info.irregular[0].where == "0x0017 Serial Number");
        CHECK(info.extensions().size() == 2);
    }

    TEST_CASE("fields of a wrong length or form are named, and give no number") {
        struct Row {
            Type type;
            std::string_view value;
        };
        const Row table[]{
            {mac_base, "12345"},
            {mac_base, "1234567"},
            {device_version, ""},
            {device_version, "12"},
            {num_macs, "1"},
            {num_macs, "123"},
            {num_macs, std::string_view("\0\0", 2)},
            {country_code, "D"},
            {country_code, "DEU"},
            {country_code, "de"},
            {manufacture_date, "11/30/2021"},
            {manufacture_date, "13/30/2021 16:53:36"},
            {manufacture_date, "00/30/2021 16:53:36"},
            {manufacture_date, "11/32/2021 16:53:36"},
            {manufacture_date, "11/30/2021 24:53:36"},
            {manufacture_date, "11/30/2021 16:60:36"},
            {manufacture_date, "11/30/2021 16:53:60"},
            {manufacture_date, "30.11.2021 16:53:36"},
            {vendor_extension, "abc"},
        };
        for (const Row& row : table) {
            CAPTURE(std::string(row.value));
            const TlvInfo info = decoded(with_crc({tlv(row.type, row.value)}));
            CHECK(info.condition == Condition::ok);
            REQUIRE(info.irregular.size() == 1);
            CHECK(info.irregular[0].where.starts_with("0x000b "));
            CHECK(info.mac_base().empty());
            CHECK_FALSE(info.device_version().has_value());
            CHECK(info.num_macs().value_or(0) == 0);
            CHECK(info.extensions().empty());
        }
        for (const Row& row :
             {Row{manufacture_date, "12/31/1999 23:59:59"}, Row{manufacture_date, "01/01/2000 00:00:00"},
              Row{num_macs, "\xff\xff"}, Row{country_code, "CN"}, Row{vendor_extension, "abcd"}})
            CHECK(decoded(with_crc({tlv(row.type, row.value)})).irregular.empty());
    }

    TEST_CASE("text is cleaned; a field of ones is unreadable, one without bytes is empty") {
        const TlvInfo info = decoded(with_crc(
            {tlv(product_name, "a\x1b[31mb  "), tlv(serial_number, "\xff\xff\xff\xff"), tlv(part_number, ""),
             tlv(manufacturer, "\xe4\xb8\xad\xff")}
        ));
        CHECK(info.text(product_name).text() == "a\\u{1b}[31mb");
        CHECK(info.text(serial_number).why() == "all_ff");
        CHECK(info.text(part_number).readable());
        CHECK(info.text(part_number).text().empty());
        CHECK(info.text(vendor).absent());
        CHECK(info.text(manufacturer).text() == "\xe4\xb8\xad\\xff");
    }
}

}  // namespace
}  // namespace assay::onie
