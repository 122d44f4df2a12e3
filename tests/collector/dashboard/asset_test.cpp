#include "collector/dashboard/asset.hpp"

#include "collector/api/operator_headers.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

using namespace assay;

namespace {

constexpr std::array files{
    dashboard::Asset{"/index.html", "text/html; charset=utf-8", "aa", "<html>", "br-page", "gzip-page"},
    dashboard::Asset{"/assets/app-1.js", "text/javascript; charset=utf-8", "bb", "script", "br-script", "gzip-script"},
    dashboard::Asset{"/assets/plain.txt", "text/plain; charset=utf-8", "cc", "plain", "", ""},
};

net::Request get(std::string path, std::string_view accepts = "", std::string_view has = "") {
    net::Request out;
    out.path = std::move(path);
    if (!accepts.empty()) out.headers.add("accept-encoding", accepts);
    if (!has.empty()) out.headers.add("if-none-match", has);
    return out;
}

net::Response answered(const net::Request& request) {
    auto out = dashboard::answer(files, request);
    REQUIRE(out);
    return *std::move(out);
}

std::string header(const net::Response& response, std::string_view name) {
    const std::string* found = response.headers.find(name);
    return found == nullptr ? "" : *found;
}

}  // namespace

TEST_SUITE("dashboard_asset") {
    TEST_CASE("paths of the API are not the dashboard's, and all others are") {
        for (const char* path : {"/v1", "/v1/", "/v1/devices", "/v1/assets/app-1.js"}) {
            CHECK(!dashboard::answer(files, get(path)));
            CHECK(!dashboard::is_read_of_page(get(path)));
        }
        for (const char* path : {"/", "/index.html", "/devices/0011", "/v2", "/v1x"}) {
            CAPTURE(path);
            CHECK(answered(get(path)).body == "<html>");
            CHECK(dashboard::is_read_of_page(get(path)));
        }
    }

    TEST_CASE("a file is there by its whole name or not at all") {
        CHECK(answered(get("/assets/app-1.js")).body == "script");
        for (const char* path : {"/assets/", "/assets/app-1.j", "/assets/app-1.js2", "/assets/../index.html"}) {
            CAPTURE(path);
            CHECK(answered(get(path)).status == 404);
        }
    }

    TEST_CASE("the encoding is the best that the client takes") {
        const auto coding = [](std::string_view accepts) {
            const net::Response response = answered(get("/assets/app-1.js", accepts));
            const std::string named = header(response, "content-encoding");
            CHECK(response.body == (named.empty() ? "script" : named + "-script"));
            return named;
        };
        CHECK(coding("") == "");
        CHECK(coding("gzip, deflate, br") == "br");
        CHECK(coding("gzip;q=1.0, br;q=0.1") == "br");
        CHECK(coding("br;q=0, gzip") == "gzip");
        CHECK(coding("br;q=0.000 , gzip;q=0.0") == "");
        CHECK(coding("*") == "br");
        CHECK(coding("*, br;q=0") == "gzip");
        CHECK(coding("*;q=0, gzip") == "gzip");
        CHECK(coding("identity") == "");
        CHECK(coding(",, ,;q=,br;") == "br");
        CHECK(coding("xbr, gzipped") == "");
        CHECK(header(answered(get("/assets/plain.txt", "br, gzip")), "content-encoding").empty());
        CHECK(header(answered(get("/assets/plain.txt", "br")), "vary") == "accept-encoding");
    }

    TEST_CASE("what the browser has already is not sent again, and encodings are told apart") {
        const std::string etag = header(answered(get("/", "br")), "etag");
        CHECK(etag == "\"aa-br\"");
        CHECK(header(answered(get("/")), "etag") == "\"aa\"");
        for (const std::string& has : {etag, "\"x\", " + etag, "W/" + etag, std::string("*")}) {
            CAPTURE(has);
            const net::Response response = answered(get("/", "br", has));
            CHECK(response.status == 304);
            CHECK(response.body.empty());
            CHECK(header(response, "etag") == etag);
        }
        CHECK(answered(get("/", "gzip", etag)).status == 200);
        CHECK(answered(get("/", "br", "aa-br")).status == 200);
    }

    TEST_CASE("hashed names are kept for ever, the page is asked for each time") {
        CHECK(header(answered(get("/assets/app-1.js")), "cache-control") == "public, max-age=31536000, immutable");
        CHECK(header(answered(get("/devices")), "cache-control") == "no-cache");
        CHECK(header(answered(get("/assets/none")), "cache-control") == "no-store");
    }

    TEST_CASE("pages are read and nothing else") {
        for (const net::Method method :
             {net::Method::post, net::Method::put, net::Method::patch, net::Method::delete_}) {
            net::Request request = get("/");
            request.method = method;
            CHECK(answered(request).status == 405);
            CHECK(header(answered(request), "allow") == "GET, HEAD");
            CHECK(!dashboard::is_read_of_page(request));
        }
        net::Request head = get("/");
        head.method = net::Method::head;
        CHECK(answered(head).status == 200);
    }

    TEST_CASE("a collector without its dashboard says so") {
        const auto response = dashboard::answer({}, get("/"));
        REQUIRE(response);
        CHECK(response->status == 404);
        CHECK(response->body.find("without its dashboard") != std::string::npos);
        CHECK(response->content_type.starts_with("text/plain"));
    }

    TEST_CASE("what is embedded is whole: one page, its files, each in three encodings, and nothing from elsewhere") {
        const auto built = dashboard::assets();
        if (built.empty()) return;  // ASSAY_DASHBOARD=OFF
        std::set<std::string_view> paths;
        for (const dashboard::Asset& asset : built) {
            CAPTURE(asset.path);
            CHECK(paths.insert(asset.path).second);
            CHECK(!asset.identity.empty());
            CHECK(!asset.br.empty());
            CHECK(asset.gzip.starts_with("\x1f\x8b"));
            CHECK(asset.etag.size() == 32);
        }
        REQUIRE(paths.contains("/index.html"));
        const std::string page = dashboard::answer(built, get("/"))->body;
        std::size_t named = 0;
        for (std::size_t at = page.find("\"/assets/"); at != std::string::npos; at = page.find("\"/assets/", at + 1)) {
            CHECK(paths.contains(std::string_view(page).substr(at + 1, page.find('"', at + 1) - at - 1)));
            ++named;
        }
        CHECK(named == 3);
        CHECK(page.find("://") == std::string::npos);
    }

    TEST_CASE("every answer carries the browser's rules, and an answer's own word stands") {
        const net::Response plain = api::with_browser_rules({});
        CHECK(header(plain, "content-security-policy").starts_with("default-src 'none'; script-src 'self';"));
        CHECK(header(plain, "content-security-policy").find("unsafe") == std::string::npos);
        CHECK(header(plain, "cache-control") == "no-store");
        CHECK(header(plain, "x-content-type-options") == "nosniff");
        CHECK(plain.headers.find("strict-transport-security") == nullptr);  // it would bind the host's other services
        CHECK(header(api::with_browser_rules(answered(get("/"))), "cache-control") == "no-cache");
    }
}
