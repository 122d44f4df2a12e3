#include "base/json_writer.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

using namespace assay;

TEST_SUITE("json writer") {
    TEST_CASE("what it writes is canonical, whatever is nested in what") {
        json::Writer w;
        w.object().key("").array().end().key("a").object().end();
        w.key("b").array().number(-1).text("\x01\"\\/\u00e9").boolean(true).array().boolean(false).end().object();
        w.key("B").number(std::numeric_limits<std::int64_t>::min()).key("b").text("").end().end();
        const std::string text = w.end().take();
        CHECK(
            text == R"({"":[],"a":{},"b":[-1,"\u0001\"\\/)"
                    "\u00e9"
                    R"(",true,[false],{"B":-9223372036854775808,"b":""}]})"
        );
        CHECK(w.take().empty());
        const std::string within = R"({"a":{"x":[1,"y"]},"b":true})";
        CHECK(json::canonical(json::parse(within, {}).value()) == within);
        w.object().key("a").object().key("x").array().number(1).text("y").end().end().key("b").boolean(true).end();
        CHECK(w.take() == within);
    }

    TEST_CASE("keys out of order, twice or outside an object are the caller's bug, as is what is left open") {
        json::Writer w;
        CHECK_THROWS_AS(w.key("a"), std::logic_error);
        w.object().key("b").number(1);
        CHECK_THROWS_AS(w.key("b"), std::logic_error);
        CHECK_THROWS_AS(w.key("a"), std::logic_error);
        CHECK_THROWS_AS(w.take(), std::logic_error);
        w.key("c").array();
        CHECK_THROWS_AS(w.key("d"), std::logic_error);
        w.end().end();
        CHECK_THROWS_AS(w.end(), std::logic_error);
    }
}
