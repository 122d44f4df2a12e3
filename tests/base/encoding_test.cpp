#include "base/encoding.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("encoding") {
    TEST_CASE("hex: what is written reads back, and every other spelling is refused") {
        const Bytes bytes{0x00, 0x1f, 0xab, 0xff};
        CHECK(to_hex(bytes) == "001fabff");
        CHECK(from_hex("001fabff").value() == bytes);
        for (const char* wrong : {"001", "0x00", "AB", "g0", " 00"}) {
            CAPTURE(wrong);
            CHECK(from_hex(wrong).error().code == Errc::bad_encoding);
        }
    }

    TEST_CASE("base64url: RFC 4648 vectors both ways, unpadded") {
        const std::pair<const char*, const char*> vectors[] = {
            {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
            {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}
        };
        for (const auto& [plain, encoded] : vectors) {
            CAPTURE(plain);
            CHECK(to_base64url(as_bytes(plain)) == encoded);
            CHECK(to_text(from_base64url(encoded).value()) == plain);
        }
        CHECK(to_base64url(Bytes{0xfb, 0xff}) == "-_8");
    }

    TEST_CASE("base64url: padding, the other alphabet, white space and stray bits are refused") {
        for (const char* wrong : {"Zg==", "+/8", "Zm 9", "Zh", "Zm9", "Z"}) {
            CAPTURE(wrong);
            CHECK(from_base64url(wrong).error().code == Errc::bad_encoding);
        }
    }

    TEST_CASE("fixed-size hex names the field and the length it wants") {
        const auto short_one = from_hex_array<32>("00ff", "statement.prev");
        CHECK(short_one.error().code == Errc::bad_value);
        CHECK(short_one.error().where == "statement.prev");
    }
}
