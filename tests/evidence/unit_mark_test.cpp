#include "evidence/unit_mark.hpp"

#include <doctest/doctest.h>

namespace assay::test {
TEST_SUITE_BEGIN("evidence: what names a unit");

TEST_CASE("what is filled in for want of a serial names no unit") {
    for (const char* filler :
         {"",
          "    ",
          "None",
          "N/A",
          "1234",
          "Default string",
          "DEFAULT STRING",
          "Default_String",
          "  Default string ",
          "Default string 1",
          "To be filled by O.E.M.",
          "To Be Filled By OEM",
          "Fill By OEM",
          "Filled by O.E.M.",
          "System Serial Number",
          "Chassis Serial Number",
          "Base Board Serial Number",
          "Serial Number",
          "SerNum0",
          "A1_SerNum02",
          "Not Specified",
          "Not Available",
          "Not Applicable",
          "Unknown",
          "INVALID",
          "Undefined",
          "<OUT OF SPEC>",
          "<BAD INDEX>",
          "empty"}) {
        CAPTURE(filler);
        CHECK_FALSE(names_a_unit(filler));
    }
}

TEST_CASE("one character repeated and digits that only count name no unit") {
    for (const char* text :
         {"00000000", "0000-0000-0000", "00:00:00:00:00", "0x00000000", "FFFFFFFF", "xxxxxXXXXX", "........",
          "0123456789", "123456789", "12345", "1234567890", "0123456789ABCDEF", "1234567890abcdef", "ABCDEF",
          "9876543210", "MB-1234567890", "BSS-0123456789", "EeePC-0123456789"}) {
        CAPTURE(text);
        CHECK_FALSE(names_a_unit(text));
    }
}

TEST_CASE("a maker's serial names a unit") {
    for (const char* serial :
         {"CARD-0001", "00001", "7CH4Z12", "S3Z2NB0K123456A", "CN-0H21J3-12345", "UNKNOWN-7781", "SN12345",
          "SERIAL5521", "0x5002538d", "123456780", "VMware-56 4d 3a 11", "\xe5\xba\x8f\xe5\x88\x97"}) {
        CAPTURE(serial);
        CHECK(names_a_unit(serial));
    }
}

TEST_CASE("a MAC address that no maker gave to one device names no unit") {
    CHECK(mac_names_a_unit("48435a010203"));
    CHECK(mac_names_a_unit("000000f00001"));
    CHECK_FALSE(mac_names_a_unit("000000000000"));
    CHECK_FALSE(mac_names_a_unit("ffffffffffff"));
    CHECK_FALSE(mac_names_a_unit("01005e000001"));  // a group
    CHECK_FALSE(mac_names_a_unit("525400aa0001"));  // locally administered: made up by a hypervisor
    CHECK_FALSE(mac_names_a_unit("001122334455"));
    CHECK_FALSE(mac_names_a_unit("48435a"));
    CHECK_FALSE(mac_names_a_unit(""));
}

TEST_SUITE_END();
}  // namespace assay::test
