#include "net/http.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::net;

TEST_SUITE("http") {
    TEST_CASE("methods have one spelling each") {
        for (const Method method :
             {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_}) {
            CHECK(method_named(name(method)) == method);
        }
        CHECK(!method_named("get"));
        CHECK(!method_named("GETS"));
        CHECK(!method_named(""));
    }

    TEST_CASE("header names are found in lower case, and one name is one field") {
        Headers headers;
        headers.add("Content-Type", "application/json");
        headers.add("X-A", "1");
        headers.add("x-a", "2");
        REQUIRE(headers.find("content-type") != nullptr);
        CHECK(*headers.find("x-a") == "1, 2");
        CHECK(headers.find("x-b") == nullptr);
        CHECK(headers.size() == 2);
    }

    TEST_CASE("an error becomes a JSON answer whose text is harmless and bounded") {
        const Response response = error_response({Errc::not_found, "/v1/\x1b[2J", std::string(5'000, 'x')});
        CHECK(response.status == 404);
        CHECK(response.content_type == "application/json");
        const auto body = json::parse(response.body, {});
        REQUIRE(body);
        const json::Object& error = body->as_object().at("error").as_object();
        CHECK(error.at("code").as_string() == "not_found");
        CHECK(error.at("where").as_string() == "/v1/\\u{1b}[2J");
        CHECK(error.at("what").as_string().size() <= 512);
    }

    TEST_CASE("every error word has a status of the 400s or 500s with a phrase") {
        for (int i = 0; i <= static_cast<int>(Errc::unsupported); ++i) {
            CAPTURE(i);
            const unsigned status = status_of(static_cast<Errc>(i));
            CHECK(status >= 400);
            CHECK(status < 600);
            CHECK(!reason_phrase(status).empty());
        }
        CHECK(status_of(Errc::limit_exceeded) == 413);
        CHECK(status_of(Errc::denied) == 403);
    }
}
