#include "base/time.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("time") {
    TEST_CASE("milliseconds are shown as RFC 3339 in UTC") {
        CHECK(to_rfc3339(UnixMillis{0}) == "1970-01-01T00:00:00Z");
        CHECK(to_rfc3339(UnixMillis{1795392000999}) == "2026-11-23T00:00:00Z");
        CHECK(Date::of(UnixMillis{-1}).text() == "1969-12-31");
    }

    TEST_CASE("dates: real days in one spelling only, ordered") {
        CHECK(Date::parse("2024-02-29")->text() == "2024-02-29");
        for (const char* wrong :
             {"2023-02-29", "2026-1-01", "2026-13-01", "20261123", "2026-11-23 ", "", "aaaa-bb-cc"}) {
            CAPTURE(wrong);
            CHECK(Date::parse(wrong).error().code == Errc::bad_value);
        }
        CHECK(Date::parse("2021-03-12").value() < Date::parse("2022-03-25").value());
    }
}
