#include "net/router.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace assay;
using namespace assay::net;

namespace {

Router<std::string> table() {
    Router<std::string> routes;
    routes.add(Method::get, "/", "root")
        .add(Method::get, "/v1/devices", "list")
        .add(Method::get, "/v1/devices/{id}", "show")
        .add(Method::delete_, "/v1/devices/{id}", "retire")
        .add(Method::get, "/v1/devices/summary", "summary")
        .add(Method::post, "/v1/enrolments/{id}/proof", "prove");
    return routes;
}

}  // namespace

TEST_SUITE("router") {
    TEST_CASE("a path finds its handler and names its parameters") {
        const auto routes = table();
        CHECK(routes.find(Method::get, "/")->handler == "root");
        CHECK(routes.find(Method::get, "/v1/devices")->handler == "list");
        const auto show = routes.find(Method::get, "/v1/devices/ab12");
        REQUIRE(show);
        CHECK(show->handler == "show");
        CHECK(show->params.at("id") == "ab12");
        CHECK(routes.find(Method::delete_, "/v1/devices/ab12")->handler == "retire");
        CHECK(routes.find(Method::post, "/v1/enrolments/7/proof")->params.at("id") == "7");
    }

    TEST_CASE("a fixed segment wins over a parameter, whatever was added first") {
        CHECK(table().find(Method::get, "/v1/devices/summary")->handler == "summary");
    }

    TEST_CASE("an unknown path is 404, as JSON") {
        const auto routes = table();
        for (const char* path :
             {"/v1", "/v1/device", "/v1/devices/", "/v1/devices/a/b", "//", "/V1/devices", "*", ""}) {
            CAPTURE(path);
            const auto match = routes.find(Method::get, path);
            REQUIRE(!match);
            CHECK(match.error().status == 404);
            CHECK(match.error().body.starts_with("{\"error\":{\"code\":\"not_found\""));
        }
    }

    TEST_CASE("a known path with another method is 405 and says what is allowed") {
        const auto match = table().find(Method::put, "/v1/devices/ab12");
        REQUIRE(!match);
        CHECK(match.error().status == 405);
        REQUIRE(match.error().headers.find("allow") != nullptr);
        CHECK(*match.error().headers.find("allow") == "GET, DELETE");
    }

    TEST_CASE("HEAD is answered by GET, unless it has a handler of its own") {
        Router<std::string> routes;
        routes.add(Method::get, "/a", "get").add(Method::get, "/b", "get").add(Method::head, "/b", "head");
        CHECK(routes.find(Method::head, "/a")->handler == "get");
        CHECK(routes.find(Method::head, "/b")->handler == "head");
        CHECK(routes.find(Method::get, "/b")->handler == "get");
    }

    TEST_CASE("a malformed or repeated pattern is a bug that shows at start") {
        for (const char* pattern : {"v1", "", "/{", "/{}", "/a{id}", "/{id}x", "/{{id}"}) {
            CAPTURE(pattern);
            Router<int> routes;
            CHECK_THROWS_AS(routes.add(Method::get, pattern, 1), std::logic_error);
        }
        Router<int> routes;
        routes.add(Method::get, "/a/{x}", 1);
        CHECK_THROWS_AS(routes.add(Method::get, "/a/{y}", 2), std::logic_error);
        routes.add(Method::put, "/a/{y}", 3);
    }
}
