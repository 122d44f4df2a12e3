#include "tests/collector/cli/fake_context.hpp"
#include "tests/support/onie_bytes.hpp"

namespace assay::cli::test {
TEST_SUITE_BEGIN("cli: inspect onie");

using namespace assay::test;
using enum onie::Type;

json::Object told_of(const Bytes& bytes) {
    Fake fake;
    fake.files["eeprom"] = to_text(bytes);
    REQUIRE(fake.assay({"inspect", "onie", "eeprom"}) == Exit::done);
    const auto value = json::parse(fake.out, {}, "out");
    REQUIRE(value.has_value());
    return value->as_object();
}

TEST_CASE("inspect onie shows a board's EEPROM field by field, and that its checksum holds") {
    Fake fake;
    Bytes bytes = example_switch();
    bytes.resize(256 + bytes.size(), 0xff);
    fake.files["eeprom"] = to_text(bytes);
    CHECK(fake.assay({"inspect", "onie", "eeprom"}) == Exit::done);
    check_golden("inspect_onie.json", fake.out);
}

TEST_CASE("inspect onie shows a forged field with both sums, and fields that are not as they should be") {
    Bytes forged = with_crc({tlv(country_code, "DEU"), tlv(mac_base, "123"), Bytes{0x77, 1, 0xab}});
    forged.back() ^= 1;
    const json::Object told = told_of(forged);
    CHECK(told.at("condition") == "bad_checksum");
    CHECK(told.at("checksum").as_object().at("holds") == false);
    CHECK(told.at("checksum").as_object().at("stored") != told.at("checksum").as_object().at("computed"));
    CHECK(told.at("irregular").as_array().at(0) == "0x000b Country Code: is of 3 bytes, not 2 (bad_value)");
    CHECK(told.at("irregular").as_array().size() == 2);
    CHECK(told.at("fields").as_array().at(1).as_object().at("value") == "313233");
    CHECK(told.at("fields").as_array().at(2).as_object().at("value") == "ab");
    CHECK_FALSE(told.at("fields").as_array().at(2).as_object().contains("name"));
}

TEST_CASE("inspect onie says where fields break off, and knows erased and blank memories") {
    Bytes cut = example_switch();
    cut.resize(20);
    const json::Object told = told_of(cut);
    CHECK(told.at("broken") == "0x000b Product Name: runs out of the data (truncated)");
    CHECK(told.at("condition") == "no_checksum");
    CHECK_FALSE(told.contains("checksum"));
    CHECK_FALSE(told.contains("sha256"));
    CHECK(told_of(Bytes(64, 0xff)).at("condition") == "all_ff");
    CHECK(told_of(Bytes(64, 0x00)).at("condition") == "all_00");
}

TEST_CASE("inspect onie refuses what is no TlvInfo, and names offset and field") {
    Fake fake;
    fake.files["fru"] = std::string("\x01\x00\x00\x01", 4) + std::string(60, 'x');
    CHECK(fake.assay({"inspect", "onie", "fru"}) == Exit::failed);
    CHECK(fake.out.empty());
    CHECK(fake.err.find("fru: 0x0000 ID String: is not \"TlvInfo\"") != std::string::npos);
    Bytes other = example_switch();
    other[8] = 7;
    fake.files["other"] = to_text(other);
    CHECK(fake.assay({"inspect", "onie", "other"}) == Exit::failed);
    CHECK(fake.err.find("other: 0x0008 Header Version: is 7, not 1") != std::string::npos);
}

TEST_SUITE_END();
}  // namespace assay::cli::test
