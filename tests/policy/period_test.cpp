#include "policy/period.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::policy;

namespace {

Date day(std::string_view text) {
    return Date::parse(text).value();
}

Period period(std::string_view from, std::string_view until) {
    Period out;
    if (!from.empty()) out.from = SourceDate::parse(from).value();
    if (!until.empty()) out.until = SourceDate::parse(until).value();
    return out;
}

}  // namespace

TEST_SUITE("period") {
    TEST_CASE("a day counts from itself to itself") {
        const Period one = period("2021-03-12", "2021-03-14");
        CHECK_FALSE(one.covers(day("2021-03-11")));
        CHECK(one.covers(day("2021-03-12")));
        CHECK(one.covers(day("2021-03-14")));
        CHECK_FALSE(one.covers(day("2021-03-15")));
    }

    TEST_CASE("what begins in a month is in force from its last day, what ends in one until its first") {
        CHECK_FALSE(period("2021-03", "").covers(day("2021-03-30")));
        CHECK(period("2021-03", "").covers(day("2021-03-31")));
        CHECK(period("2024-02", "").covers(day("2024-02-29")));
        CHECK(period("", "2020-11").covers(day("2020-11-01")));
        CHECK_FALSE(period("", "2020-11").covers(day("2020-11-02")));
    }

    TEST_CASE("an absent end is open") {
        CHECK(period("", "").covers(day("0001-01-01")));
        CHECK(period("", "").covers(day("9999-12-31")));
    }

    TEST_CASE("a period is reversed only when no days could be meant") {
        CHECK(period("2021-03-12", "2021-03-11").reversed());
        CHECK_FALSE(period("2021-03-12", "2021-03-12").reversed());
        CHECK(period("2021-04", "2021-03").reversed());
        CHECK_FALSE(period("2021-03-20", "2021-03").reversed());
    }

    TEST_CASE("periods are apart only when no day could lie in both") {
        CHECK(period("", "2020-11-16").apart_from(period("2020-11-17", "")));
        CHECK(period("2020-11-17", "").apart_from(period("", "2020-11-16")));
        CHECK_FALSE(period("", "2020-11").apart_from(period("2020-11", "")));
        CHECK_FALSE(period("", "").apart_from(period("2020-11-17", "")));
    }

    TEST_CASE("a date is written as its source gives it") {
        CHECK(SourceDate::parse("2021-03")->text() == "2021-03");
        CHECK(SourceDate::parse("2021-03-12")->text() == "2021-03-12");
        for (const char* bad : {"", "2021", "2021-13", "2021-3", "2021-02-30", "12 Mar 2021", "2021-03-", "2021/03"}) {
            CAPTURE(bad);
            CHECK(SourceDate::parse(bad, "from").error().code == Errc::bad_value);
        }
    }
}
