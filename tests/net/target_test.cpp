#include "net/target.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::net;

TEST_SUITE("target") {
    TEST_CASE("path and query are decoded once") {
        const auto target = decode_target("/v1/devices/caf%C3%A9%20x?site=Bern+1&flag&q=a%26b%3Dc%2B&e=");
        REQUIRE(target);
        CHECK(target->path == "/v1/devices/caf\xc3\xa9 x");
        CHECK(target->query == Query{{"site", "Bern 1"}, {"flag", ""}, {"q", "a&b=c+"}, {"e", ""}});
        CHECK(decode_target("/%2541")->path == "/%41");
        CHECK(decode_target("/")->path == "/");
        CHECK(decode_target("/a?")->query.empty());
        CHECK(decode_target("/a?x=/?b")->query.at("x") == "/?b");
    }

    TEST_CASE("what two readers could understand differently is refused") {
        const std::pair<const char*, Errc> cases[] = {
            {"", Errc::bad_value},
            {"*", Errc::bad_value},
            {"v1", Errc::bad_value},
            {"https://c/v1", Errc::bad_value},
            {"/a%2fb", Errc::bad_value},
            {"/a%2Fb", Errc::bad_value},
            {"/..", Errc::bad_value},
            {"/a/./b", Errc::bad_value},
            {"/a/%2e%2E/b", Errc::bad_value},
            {"/a%00b", Errc::bad_value},
            {"/a%0d%0ab", Errc::bad_value},
            {"/a%7f", Errc::bad_value},
            {"/a?x=%0a", Errc::bad_value},
            {"/%", Errc::bad_encoding},
            {"/%4", Errc::bad_encoding},
            {"/%4g", Errc::bad_encoding},
            {"/a%ff", Errc::bad_encoding},
            {"/a b", Errc::bad_encoding},
            {"/a\\b", Errc::bad_encoding},
            {"/a#b", Errc::bad_encoding},
            {"/a\xc3\xa9", Errc::bad_encoding},
            {"/a?x=\"", Errc::bad_encoding},
            {"/a?=1", Errc::bad_value},
            {"/a?&", Errc::bad_value},
            {"/a?x=1&", Errc::bad_value},
            {"/a?x=1&x=1", Errc::duplicate_key},
            {"/a?x=1&%78=2", Errc::duplicate_key},
        };
        for (const auto& [text, code] : cases) {
            CAPTURE(std::string(text));
            const auto target = decode_target(text);
            REQUIRE(!target);
            CHECK(target.error().code == code);
        }
    }

    TEST_CASE("encoding and decoding are each other's inverse") {
        const Target target{"/a b/\xc3\xa9%/+&=?#", {{"k =&", "v+%/?#\xc3\xa9"}, {"x", ""}}};
        const std::string text = encode_target(target.path, target.query);
        CHECK(text == "/a%20b/%C3%A9%25/%2B%26%3D%3F%23?k%20%3D%26=v%2B%25%2F%3F%23%C3%A9&x=");
        CHECK(*decode_target(text) == target);
    }

    TEST_CASE("every cut of a good target decodes or is refused") {
        const std::string whole = "/v1/caf%C3%A9?site=B%26n&x=1";
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto target = decode_target(whole.substr(0, size));
            if (target) CHECK(*decode_target(encode_target(target->path, target->query)) == *target);
        }
    }
}
