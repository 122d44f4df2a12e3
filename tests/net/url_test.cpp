#include "net/url.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::net;

TEST_SUITE("url") {
    TEST_CASE("what is accepted, and how it is written again") {
        struct Case {
            const char* text;
            const char* host;
            unsigned port;
            const char* prefix;
            const char* again;
        };
        const Case cases[] = {
            {"https://collector.example", "collector.example", 443, "", "https://collector.example"},
            {"https://Collector.Example/", "collector.example", 443, "", "https://collector.example"},
            {"https://c:443", "c", 443, "", "https://c"},
            {"https://c:8443/assay", "c", 8443, "/assay", "https://c:8443/assay"},
            {"https://c/a/b/", "c", 443, "/a/b", "https://c/a/b"},
            {"https://192.0.2.1:1", "192.0.2.1", 1, "", "https://192.0.2.1:1"},
            {"https://[2001:DB8:0::1]:65535/x", "2001:db8::1", 65535, "/x", "https://[2001:db8::1]:65535/x"},
            {"https://a_b-c.d1", "a_b-c.d1", 443, "", "https://a_b-c.d1"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto url = parse_url(c.text);
            REQUIRE(url);
            CHECK(url->host == c.host);
            CHECK(url->port == c.port);
            CHECK(url->prefix == c.prefix);
            CHECK(url->text() == c.again);
            CHECK(*parse_url(url->text()) == *url);
        }
        CHECK(parse_url("https://192.0.2.1")->is_address);
        CHECK(parse_url("https://[::1]")->is_address);
        CHECK(!parse_url("https://localhost")->is_address);
    }

    TEST_CASE("what is refused, and the setting is named") {
        const char* const cases[] = {
            "",
            "https",
            "http://c",
            "HTTPS://c",
            "https:/c",
            "https://",
            "https:///a",
            "https://c:",
            "https://c:0",
            "https://c:65536",
            "https://c:99999999999",
            "https://c:+1",
            "https://c:1x",
            "https://c:01",
            "https://c:1:2",
            "https://user@c",
            "https://u:p@c",
            "https://c?q",
            "https://c/a?q=1",
            "https://c/a#f",
            "https://c/a%20b",
            "https://c//a",
            "https://c/a//",
            "https://c/../a",
            "https://c/./a",
            "https://-c",
            "https://c-",
            "https://a..b",
            "https://.a",
            "https://a.",
            "https://[::1",
            "https://::1",
            "https://[::1]x",
            "https://[c]",
            "https://[fe80::1%25eth0]",
            "https://[192.0.2.1]",
            "https://127.1",
            "https://1",
            "https://0x7f.1",
            "https://1.2.3.4.5",
            "https://c d",
            " https://c",
            "https://c ",
            "https://c\n",
            "https://c/\\a",
            "https://caf\xc3\xa9",
        };
        for (const char* text : cases) {
            CAPTURE(text);
            const auto url = parse_url(text, "collector.url");
            REQUIRE(!url);
            CHECK(url.error().code == Errc::bad_value);
            CHECK(url.error().where == "collector.url");
        }
        CHECK(!parse_url(std::string("https://c\0d", 11)));
    }

    TEST_CASE("limits: label 63, name 253, url 512 bytes") {
        CHECK(parse_url("https://" + std::string(63, 'a')));
        CHECK(!parse_url("https://" + std::string(64, 'a')));
        std::string name = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.';
        CHECK(parse_url("https://" + name + std::string(253 - name.size(), 'd')));
        CHECK(!parse_url("https://" + name + std::string(254 - name.size(), 'd')));
        CHECK(parse_url("https://c/" + std::string(502, 'a')));
        const auto url = parse_url("https://c/" + std::string(503, 'a'));
        REQUIRE(!url);
        CHECK(url.error().code == Errc::limit_exceeded);
    }

    TEST_CASE("every cut of a good url is another good url or refused, never read past its end") {
        const std::string whole = "https://[2001:db8::1]:8443/assay/x";
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::string cut = whole.substr(0, size);
            const auto url = parse_url(cut);
            if (url) CHECK(*parse_url(url->text()) == *url);
        }
    }
}
