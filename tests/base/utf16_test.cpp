#include "base/utf16.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("utf16") {
    TEST_CASE("one, two, three and four bytes of UTF-8") {
        CHECK(utf8_of_utf16le(Bytes{'A', 0, 0xe9, 0, 0xac, 0x20, 0x3d, 0xd8, 0x00, 0xde}) == "A\u00e9\u20ac\U0001F600");
        CHECK(utf8_of_utf16le(Bytes{}).empty());
    }

    TEST_CASE("surrogates alone or in the wrong order, and half a unit, are replaced") {
        CHECK(utf8_of_utf16le(Bytes{0x3d, 0xd8, 'A', 0}) == "\ufffdA");
        CHECK(utf8_of_utf16le(Bytes{0x00, 0xde, 0x3d, 0xd8}) == "\ufffd\ufffd");
        CHECK(utf8_of_utf16le(Bytes{'A', 0, 'B'}) == "A\ufffd");
        CHECK(utf8_of_utf16le(Bytes{0x3d, 0xd8, 0x00}) == "\ufffd\ufffd");
    }

    TEST_CASE("any two units are valid UTF-8 afterwards") {
        for (std::uint32_t unit = 0; unit < 0x10000; ++unit) {
            const auto low = static_cast<std::uint8_t>(unit);
            const auto high = static_cast<std::uint8_t>(unit >> 8U);
            const std::string text = utf8_of_utf16le(Bytes{low, high, low, high});
            if (!valid_utf8(text)) FAIL("not UTF-8: " << unit);
        }
    }

    TEST_CASE("a NUL ends the text where it is asked to, and stays where it is not") {
        const Bytes units{'A', 0, 0, 0, 'B', 0};
        CHECK(utf8_of_utf16le_until_nul(units) == "A");
        CHECK(utf8_of_utf16le(units).size() == 3);
        CHECK(utf8_of_utf16le_until_nul(Bytes{'A', 0, 'B'}) == "A\ufffd");
        CHECK(utf8_of_utf16le_until_nul(Bytes{0, 0}).empty());
    }
}
