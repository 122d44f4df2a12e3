#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("text") {
    TEST_CASE("hostile strings become visible and harmless") {
        const std::pair<std::string, std::string> cases[] = {
            {"plain", "plain"},
            {"  HUAWEI  ", "HUAWEI"},
            {"a\x1b[2Jb", "a\\u{1b}[2Jb"},
            {"line\nbreak", "line\\u{a}break"},
            {"\xff\xfe", "\\xff\\xfe"},
            {"caf\xc3\xa9", "caf\xc3\xa9"},
            {"\xe2\x80\xae"
             "exe",
             "\\u{202e}exe"},
            {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
            {"\xc0\x80", "\\xc0\\x80"},
            {std::string("ab\0\0", 4), "ab"},
            {"\xf3\xa0\x81\x81", "\\u{e0041}"},
        };
        for (const auto& [raw, shown] : cases) {
            CAPTURE(shown);
            CHECK(clean_text(raw, 100) == shown);
            CHECK(printable(clean_text(raw, 100)) == shown);
        }
    }

    TEST_CASE("a long text is cut at a character, never inside one") {
        const std::string text = clean_text("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 8);
        CHECK(text.size() <= 8);
        CHECK(valid_utf8(text));
        CHECK(text.ends_with("..."));
        CHECK(clean_text("12345678", 8) == "12345678");
    }

    TEST_CASE("no CSV cell starts a formula, and quotes are doubled") {
        CHECK(csv_field("=1+1") == "'=1+1");
        CHECK(csv_field("@x") == "'@x");
        CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
        CHECK(csv_field("plain") == "plain");
    }

    TEST_CASE("a number is all of a text, within its type, and nothing else is one") {
        CHECK(whole_number<std::uint16_t>("0") == 0);
        CHECK(whole_number<std::uint16_t>("0065535") == 65535);
        CHECK(whole_number<std::uint64_t>("fFfFfFfFfFfFfFfF", 16) == ~std::uint64_t{0});
        CHECK(whole_number<int>("-7") == -7);
        for (const char* none : {"", " 1", "1 ", "1\n", "+1", "-1", "0x1", "1.0", "65536", "99999999999999999999"}) {
            CAPTURE(none);
            CHECK_FALSE(whole_number<std::uint16_t>(none).has_value());
        }
        CHECK_FALSE(whole_number<unsigned>("0x1f", 16).has_value());
    }

    TEST_CASE("only A to Z become lower case") {
        CHECK(ascii_lower("aZ@[`09_\xc3\x84\xff") == "az@[`09_\xc3\x84\xff");
        CHECK(ascii_lower(std::string_view("A\0B", 3)) == std::string_view("a\0b", 3));
    }

    TEST_CASE("the nearest word is found, and none when all are far") {
        const std::vector<std::string> words{"collector", "interval_s", "tcti"};
        CHECK(nearest_word("colector", words) == "collector");
        CHECK(nearest_word("zzzzzz", words).empty());
    }

    TEST_CASE("wide characters count two columns") {
        CHECK(display_width("ab") == 2);
        CHECK(display_width("\xe5\x8d\x8e") == 2);
    }
}
