#include "base/json.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("json") {
    TEST_CASE("what I-JSON forbids is refused with a word for it") {
        struct Case {
            const char* text;
            Errc code;
        };
        const Case cases[] = {
            {R"({"a":1,"a":2})", Errc::duplicate_key},
            {R"({"a":1,"\u0061":2})", Errc::duplicate_key},
            {R"({"x":{"b":{},"b":[]}})", Errc::duplicate_key},
            {"9007199254740992", Errc::out_of_range},
            {"-9007199254740992", Errc::out_of_range},
            {"18446744073709551617", Errc::out_of_range},
            {"1.5", Errc::out_of_range},
            {"1e3", Errc::out_of_range},
            {"{\"a\":\"\xff\"}", Errc::bad_encoding},
            {R"("\ud800")", Errc::bad_encoding},
            {"{} {}", Errc::trailing_bytes},
            {"[1,]", Errc::bad_encoding},
            {"// c\n1", Errc::bad_encoding},
            {"", Errc::bad_encoding},
            {"[1", Errc::bad_encoding},
            {"NaN", Errc::bad_encoding},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto value = json::parse(c.text, json::Limits{});
            REQUIRE_FALSE(value);
            CHECK(value.error().code == c.code);
        }
    }

    TEST_CASE("the limits of size, depth and count hold at the limit and break one past it") {
        CHECK(json::parse("[[1]]", {.max_bytes = 5, .max_depth = 2, .max_values = 3}));
        CHECK(json::parse("[[1]]", {.max_bytes = 4}).error().code == Errc::limit_exceeded);
        CHECK(json::parse("[[1]]", {.max_depth = 1}).error().code == Errc::limit_exceeded);
        CHECK(json::parse("[[1]]", {.max_values = 2}).error().code == Errc::limit_exceeded);
    }

    TEST_CASE("the largest integers pass") {
        CHECK(json::parse("9007199254740991", {})->as_int64() == json::max_integer);
        CHECK(json::parse("-9007199254740991", {})->as_int64() == -json::max_integer);
    }

    TEST_CASE("canonical form sorts keys by their bytes at every level and is stable") {
        const auto value =
            json::parse("{ \"b\" : [ {\"z\":1,\"a\":\"\\u00e9\\n\"} ], \"B\":null, \"a\":true }", {}).value();
        const std::string text = json::canonical(value);
        CHECK(text == "{\"B\":null,\"a\":true,\"b\":[{\"a\":\"\u00e9\\n\",\"z\":1}]}");
        CHECK(json::canonical(json::parse(text, {}).value()) == text);
    }

    TEST_CASE("a key may stand in several objects, once in each") {
        CHECK(json::parse(R"({"a":{"b":1},"b":[{"b":2},{"b":3,"a":{}}],"c":{"a":1,"b":2,"c":3}})", {}));
        const char* const twice[] = {
            R"({"a":{"b":1},"b":[{"b":2}],"a":1})", R"({"c":{"a":1,"b":2,"a":3}})", R"([{"x":1},{"x":{"y":{}},"x":2}])",
            R"({"":1,"":2})"
        };
        for (const char* const text : twice) {
            CAPTURE(text);
            const auto value = json::parse(text, {});
            REQUIRE_FALSE(value);
            CHECK(value.error().code == Errc::duplicate_key);
        }
        CHECK(json::parse(R"({"aa":1,"a":{"b":0,"b":1}})", {}).error().what == "the key \"b\" stands twice");
    }

    TEST_CASE("canonical text is escaped as the library does it, every character") {
        for (int c = 0; c < 128; ++c) {
            CAPTURE(c);
            const json::Value value =
                json::Object{{std::string("k") + static_cast<char>(c), std::string(2, static_cast<char>(c)) + "e"}};
            CHECK(json::canonical(value) == json::compact(value));
        }
        CHECK(json::canonical(json::Value("\x01/\"\\\t\u00e9")) == "\"\\u0001/\\\"\\\\\\t\u00e9\"");
        CHECK(
            json::canonical(json::Array{json::max_integer, -json::max_integer, 0, nullptr, false}) ==
            "[9007199254740991,-9007199254740991,0,null,false]"
        );
    }

    TEST_CASE("pretty form escapes what would act on a terminal, and is the same value") {
        const std::string text = "\u009b2J \u202eexe \u2028 \U000e0041 \x7f \u00e9 \u7f51";
        const json::Value value = json::Object{{text, json::Array{text}}};
        const std::string shown = json::pretty(value);
        CHECK(shown.find("\\u009b2J \\u202eexe \\u2028 \\udb40\\udc41 \\u007f \u00e9 \u7f51") != std::string::npos);
        CHECK(printable(json::compact(json::parse(shown, {}).value())) == printable(json::compact(value)));
        CHECK(json::parse(shown, {}).value() == value);
    }

    TEST_CASE("pretty form parses back to the same value") {
        const auto value = json::parse(R"({"a":[1,{"b":[]}],"c":{}})", {}).value();
        CHECK(json::parse(json::pretty(value), {}).value() == value);
    }

    TEST_CASE("every prefix of a document is refused, none crashes") {
        const std::string text = R"({"a":["x",1,true,null,{"b":"\u00e9"}]})";
        for (std::size_t size = 0; size < text.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(json::parse(std::string_view(text).substr(0, size), {}));
        }
    }
}
