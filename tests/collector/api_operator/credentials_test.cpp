#include "base/encoding.hpp"
#include "collector/api/operator_credentials.hpp"

#include <doctest/doctest.h>

namespace assay::api {
namespace {

using Fields = std::initializer_list<std::pair<const char*, std::string>>;

net::Request with(Fields fields, std::string_view body = {}) {
    net::Request out;
    out.method = net::Method::post;
    for (const auto& [name, value] : fields) out.headers.add(name, value);
    out.body = to_bytes(body);
    return out;
}

const Sha256 id = sha256("an id of 32 bytes");
const std::string ours = "__Host-assay=" + to_base64url(id);

// The header that is at fault, or "".
std::string fault(const net::Request& request) {
    const auto own = check_own_page(request);
    if (own) return "";
    CHECK(own.error().code == Errc::denied);
    return own.error().where;
}

}  // namespace

TEST_SUITE_BEGIN("operator api: credentials");

TEST_CASE("a request shows a header, our cookie, or nothing") {
    const auto none = credentials_of(with({{"cookie", "theme=dark"}}));
    REQUIRE(none);
    CHECK((!none->authorization && !none->session));
    const net::Request token = with({{"authorization", "Bearer x"}, {"cookie", "theme=dark"}});
    CHECK(credentials_of(token)->authorization == "Bearer x");
    for (const std::string& field : std::initializer_list<std::string>{
             ours, "a=1; " + ours, ours + "; b=2", "a=\"x,y\";" + ours + ";", "__host-assay=x; " + ours,
             "a=" + ours + "; " + ours
         }) {
        CAPTURE(field);
        const auto shown = credentials_of(with({{"cookie", field}}));
        REQUIRE(shown);
        CHECK(shown->session == sha256(id));
    }
}

TEST_CASE("a cookie of our name that we cannot have made opens nothing") {
    for (const std::string& value : std::initializer_list<std::string>{
             "", "x", to_base64url(id) + "A", to_base64url(id).substr(1), "\"" + to_base64url(id) + "\"", "%41"
         }) {
        CAPTURE(value);
        const auto shown = credentials_of(with({{"cookie", "__Host-assay=" + value}}));
        REQUIRE(shown);
        CHECK_FALSE(shown->session);
    }
}

TEST_CASE("two ways of saying who asks are refused, whatever each is worth") {
    for (const std::string& cookie : {ours, std::string("__Host-assay="), std::string("a=1; __Host-assay=x")}) {
        for (const char* header : {"Bearer x", "Basic x", ""}) {
            const auto both = credentials_of(with({{"authorization", header}, {"cookie", cookie}}));
            REQUIRE(!both);
            CHECK(both.error().code == Errc::bad_value);
        }
    }
    for (const std::string& twice : {ours + "; " + ours, ours + ";__Host-assay=", "__Host-assay=x; a=1; " + ours}) {
        const auto shown = credentials_of(with({{"cookie", twice}}));
        REQUIRE(!shown);
        CHECK(shown.error().code == Errc::duplicate_key);
    }
}

TEST_CASE("only the own page passes: each header alone refuses another's") {
    const std::string json = "application/json";
    CHECK(fault(with({{"x-assay-request", "1"}})).empty());
    CHECK(fault(with(
                    {{"x-assay-request", "1"},
                     {"sec-fetch-site", "same-origin"},
                     {"host", "collector.example:9443"},
                     {"origin", "https://collector.example:9443"},
                     {"content-type", json}},
                    "{}"
                ))
              .empty());
    CHECK(fault(with({})) == "x-assay-request");
    for (const char* value : {"", "0", "true", "1, 1"})
        CHECK(fault(with({{"x-assay-request", value}})) == "x-assay-request");
    for (const char* site : {"cross-site", "same-site", "none", "", "Same-Origin"})
        CHECK(fault(with({{"x-assay-request", "1"}, {"sec-fetch-site", site}})) == "sec-fetch-site");
    for (const char* origin :
         {"null", "https://evil.example", "http://collector.example:9443", "https://collector.example",
          "https://collector.example:9443.evil.example", "https://collector.example:9443, https://evil.example", ""})
        CHECK(
            fault(with({{"x-assay-request", "1"}, {"host", "collector.example:9443"}, {"origin", origin}})) == "origin"
        );
    CHECK(fault(with({{"x-assay-request", "1"}, {"origin", "https://"}})) == "origin");
}

TEST_CASE("a body sent by cookie is JSON by its own word, which no other site's form can say") {
    const auto typed = [](const char* type) {
        return fault(with({{"x-assay-request", "1"}, {"content-type", type}}, "{}"));
    };
    CHECK(typed("application/json").empty());
    CHECK(typed("Application/JSON; charset=utf-8").empty());
    for (const char* type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp",
          "text/plain; application/json"})
        CHECK(typed(type) == "content-type");
    CHECK(fault(with({{"x-assay-request", "1"}}, "{}")) == "content-type");
    // Before the body is read, its length announces it.
    CHECK(fault(with({{"x-assay-request", "1"}, {"content-length", "2"}})) == "content-type");
    CHECK(fault(with({{"x-assay-request", "1"}, {"content-length", "0"}})).empty());
}

TEST_SUITE_END();
}  // namespace assay::api
