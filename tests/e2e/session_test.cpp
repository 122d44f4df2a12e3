// A browser's way through the running collector's operators' listener: the page without a token, sign-in, a change,
// what another site's page would send, a restart, sign-out. As a browser does it, but for the rendering.

#include "base/json.hpp"
#include "tests/support/collector_process.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

using Fields = std::initializer_list<std::pair<const char*, std::string>>;

struct Browser {
    explicit Browser(const CollectorProcess& of) : collector(of) {}

    net::Response ask(net::Method method, const std::string& path, const std::string& body = {}, Fields more = {})
        const {
        net::Client client = collector.operator_client();
        auto connection = client.connect();
        REQUIRE(connection);
        net::Request request;
        request.method = method;
        request.path = path;
        request.body = to_bytes(body);
        if (!cookie.empty()) request.headers.add("cookie", cookie);
        for (const auto& [name, value] : more) request.headers.add(name, value);
        auto response = connection->exchange(request, std::chrono::seconds(30));
        REQUIRE(response);
        return *std::move(response);
    }
    // What the dashboard's own script sends.
    net::Response change(net::Method method, const std::string& path, const std::string& body = {}) const {
        return ask(
            method, path, body,
            {{"x-assay-request", "1"}, {"content-type", "application/json"}, {"sec-fetch-site", "same-origin"}}
        );
    }

    const CollectorProcess& collector;
    std::string cookie;
};

const std::string inventory = R"({"name":"old-switch","inventory":{"sources":[],"components":[]}})";

void check_rules(const net::Response& response) {
    const std::string* policy = response.headers.find("content-security-policy");
    REQUIRE(policy != nullptr);
    CHECK(policy->starts_with("default-src 'none'"));
    CHECK(response.headers.find("x-content-type-options") != nullptr);
}

}  // namespace

TEST_SUITE("session") {
    TEST_CASE("a browser signs in to the running collector, works, is kept over a restart, and signs out") {
        CollectorProcess collector;
        Browser browser(collector);
        const net::Response page = browser.ask(net::Method::get, "/devices");
        check_rules(page);
        CHECK((page.status == 200 || page.status == 404));  // built with the dashboard, or without it
        CHECK(page.content_type.starts_with("text/"));
        const net::Response stranger = browser.ask(net::Method::get, "/v1/devices");
        CHECK(stranger.status == 401);
        check_rules(stranger);
        CHECK(*stranger.headers.find("cache-control") == "no-store");

        CHECK(browser.change(net::Method::post, "/v1/session", R"({"token":"wrong"})").status == 401);
        const std::string body = R"({"token":")" + collector.operator_token() + R"("})";
        CHECK(browser.ask(net::Method::post, "/v1/session", body).status == 403);
        const net::Response in = browser.change(net::Method::post, "/v1/session", body);
        REQUIRE(in.status == 200);
        const std::string set = *in.headers.find("set-cookie");
        browser.cookie = set.substr(0, set.find(';'));
        CHECK(browser.ask(net::Method::get, "/v1/devices").status == 200);

        // The browser's own words stand against another site, whatever its page tries.
        CHECK(
            browser.ask(net::Method::post, "/v1/inventories", inventory, {{"content-type", "text/plain"}}).status == 403
        );
        CHECK(
            browser
                .ask(
                    net::Method::post, "/v1/inventories", inventory,
                    {{"x-assay-request", "1"}, {"content-type", "application/json"}, {"origin", "https://evil.example"}}
                )
                .status == 403
        );
        CHECK(browser.ask(net::Method::get, "/v1/devices", "", {{"authorization", "Bearer x"}}).status == 400);
        const DatabaseDump before = collector.dump();
        CHECK(before.at("devices").empty());

        collector.kill();
        collector.start();
        CHECK(browser.ask(net::Method::get, "/v1/session").status == 200);
        CHECK(browser.change(net::Method::delete_, "/v1/session").status == 200);
        CHECK(browser.ask(net::Method::get, "/v1/devices").status == 401);
        CHECK(collector.log().find(collector.operator_token()) == std::string::npos);
        CHECK(collector.log().find(browser.cookie.substr(browser.cookie.find('=') + 1)) == std::string::npos);
    }
}
