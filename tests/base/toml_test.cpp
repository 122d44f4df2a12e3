#include "base/toml.hpp"

#include "base/fields.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("toml") {
    TEST_CASE("a document reads through Fields, dates included") {
        const auto doc = toml::parse("a = 1\nday = 2021-03-12\n[t]\nk = \"v\"\n[[l]]\nx = true\n", "p.toml");
        REQUIRE(doc);
        Fields f(doc->root, "");
        CHECK(f.number("a", 0, 9) == 1);
        CHECK(f.date_if("day")->text() == "2021-03-12");
        CHECK(f.object("t").text("k", 9) == "v");
        CHECK(f.objects("l", 1).at(0).boolean("x"));
        CHECK(f.finish());
    }

    TEST_CASE("an error names file, line, column, key and the nearest right key") {
        const auto doc = toml::parse("\n[collector]\n  urll = \"x\"\n", "agent.toml").value();
        Fields f(doc.root, "");
        f.object("collector").text_if("url", 9);
        const Error error = doc.placed(f.finish().error());
        CHECK(error.message() == "agent.toml:3:3: collector.urll: unknown key; did you mean \"url\"? (unknown_field)");
    }

    TEST_CASE("a missing key is placed at its table") {
        const auto doc = toml::parse("x = 1\n[collector]\n", "agent.toml").value();
        Fields f(doc.root, "");
        f.number("x", 0, 1);
        f.object("collector").text("url", 9);
        CHECK(doc.placed(f.finish().error()).where == "agent.toml:2:2: collector.url");
    }

    TEST_CASE("a document that breaks an assumption of the TOML library is refused, not undefined") {
        CHECK(toml::parse("[}", "f").error().code == Errc::bad_encoding);
        CHECK(toml::parse("a\xc3\xa9 = 1\n", "f").error().code == Errc::bad_encoding);
        CHECK(toml::parse("a = 1 \xd2\x80\n", "f").error().code == Errc::bad_encoding);
    }

    TEST_CASE("broken syntax, duplicate keys, floats and times are refused with their place") {
        CHECK(toml::parse("a = \n", "f").error().where.starts_with("f:1:"));
        CHECK(toml::parse("a = 1\na = 2\n", "f").error().where.starts_with("f:2:"));
        CHECK(toml::parse("a = 1.5\n", "f").error().code == Errc::wrong_type);
        CHECK(toml::parse("a = 07:32:00\n", "f").error().code == Errc::wrong_type);
    }
}
