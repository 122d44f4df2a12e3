#include "evidence/document_json.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

Result<Reading> reading_in(const char* text) {
    const auto value = json::parse(text, document_limits);
    REQUIRE(value.has_value());
    Fields f(*value, "test");
    Reading out = read_reading(f, "serial");
    CHECK_OK(f.finish());
    return out;
}

TEST_SUITE("document_json") {
    TEST_CASE("absent, empty, text and unreadable are four readings, each with one spelling") {
        for (const Reading& one : {Reading(), Reading::of(""), Reading::of("S1"), Reading::unreadable("denied")}) {
            json::Object object;
            put_reading(object, "serial", one);
            CHECK(reading_in(json::canonical(object).c_str()).value() == one);
        }
        CHECK_FALSE(reading_in(R"({"serial":{"unreadable":""}})").has_value());
        CHECK_FALSE(reading_in(R"({"serial":{"unreadable":"denied","more":1}})").has_value());
        CHECK_FALSE(reading_in(R"({"serial":7})").has_value());
    }

    TEST_CASE("a text that is not what encoding gives again is refused by its document's name") {
        CHECK(check_canonical("{}", "{}", "inventory").has_value());
        CHECK(check_canonical("{ }", "{}", "inventory").error().where == "inventory");
    }
}

}  // namespace
}  // namespace assay
