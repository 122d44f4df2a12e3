#include "agent/doctor/diagnosis.hpp"

#include "agent/doctor/collector_checks.hpp"
#include "agent/doctor/connect_advice.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;
using namespace assay::agent;

TEST_SUITE("doctor") {
    TEST_CASE("a note does not stop reports, a problem does") {
        CHECK(can_report({healthy("a", "x"), noted("b", "y", "do")}));
        CHECK_FALSE(can_report({healthy("a", "x"), problem("b", "y", "do")}));
        CHECK(can_report({}));
    }

    TEST_CASE("the text has a line for each check, the advice below it, and hostile words made harmless") {
        const std::string text = diagnoses_text(
            {healthy("tpm", "fine"), problem(
                                         "tls",
                                         "subject \x1b[31m\xe2\x80\xae"
                                         "evil",
                                         "do this"
                                     )}
        );
        CHECK(text.find("ok       tpm              fine\n") == 0);
        CHECK(text.find("problem  tls ") != std::string::npos);
        CHECK(text.find("-> do this\n") != std::string::npos);
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find("\xe2\x80\xae") == std::string::npos);
        CHECK(text.find("cannot report") != std::string::npos);
    }

    TEST_CASE("long words of a check go on below, and a command to copy stays on one line") {
        std::string advice;
        for (int i = 0; i < 20; ++i) advice += "switch it on, ";
        const std::string command =
            "`assay-agent doctor --config /etc/assay/agent.toml --root /tmp/of/a/captured/tree`";
        const std::string whole = "/without/a/space/" + std::string(120, 'x');
        const std::string text =
            diagnoses_text({problem("tpm", "none", advice + command + " or " + whole + " or not")});
        CHECK(text.find(command) != std::string::npos);
        CHECK(text.find("\n" + std::string(29, ' ') + whole + "\n") != std::string::npos);
        std::size_t lines = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            const std::string line = text.substr(at, end - at);
            CHECK((line.size() <= 100 || line.find('x') != std::string::npos || line.find(command) != std::string::npos)
            );
            at = end + 1;
            ++lines;
        }
        CHECK(lines > 6);
        CHECK(text.find("  \n") == std::string::npos);
    }

    TEST_CASE("the JSON says the same") {
        const auto value = json::parse(diagnoses_json({problem("tls", "what", "do")}), {});
        REQUIRE(value);
        CHECK_FALSE(value->at("can_report").as_bool());
        CHECK(value->at("checks").at(0).at("health").as_string() == "problem");
        CHECK(value->at("checks").at(0).at("advice").as_string() == "do");
    }

    TEST_CASE("every way in which a connection fails has words and advice of its own") {
        const net::Url url = net::parse_url("https://collector.example.net:8443").value();
        std::set<std::string> advice;
        std::set<std::string> what;
        for (int i = 0; i <= static_cast<int>(net::ConnectFailure::other); ++i) {
            CAPTURE(i);
            net::ConnectProblem failed;
            failed.failure = static_cast<net::ConnectFailure>(i);
            failed.error = {Errc::io_error, "", "detail " + std::to_string(i)};
            failed.subject = "CN=proxy";
            failed.issuer = "CN=Interceptor";
            const Diagnosis said = explain_connect_problem(failed, url);
            CHECK(said.health == Health::problem);
            CHECK(said.what.find("collector.example.net:8443") != std::string::npos);
            advice.insert(said.advice);
            what.insert(said.what);
            if (failed.failure == net::ConnectFailure::untrusted_issuer) {
                CHECK(said.what.find("subject CN=proxy, issuer CN=Interceptor") != std::string::npos);
                CHECK(said.advice.find("intercepts TLS") != std::string::npos);
            }
        }
        CHECK(what.size() == 13);
        CHECK(advice.size() == 12);  // bad_certificate and other share theirs
    }

    TEST_CASE("the Date of an answer is read strictly") {
        CHECK(http_date_of("Sun, 06 Nov 1994 08:49:37 GMT")->value == 784111777000);
        CHECK(http_date_of("Mon, 23 Nov 2026 08:15:00 GMT")->value == 1795421700000);
        for (const char* wrong :
             {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
              "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 -8:49:37 GMT",
              "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
            CAPTURE(wrong);
            CHECK_FALSE(http_date_of(wrong));
        }
    }

    TEST_CASE("clocks that differ by more than two minutes are noted, with the direction") {
        const UnixMillis there{1'795'421'700'000};
        CHECK(compare_clocks(there, there).health == Health::ok);
        CHECK(compare_clocks({there.value + 120'000}, there).health == Health::ok);
        const Diagnosis ahead = compare_clocks({there.value + 121'000}, there);
        CHECK(ahead.health == Health::note);
        CHECK(ahead.what.find("121 seconds ahead") != std::string::npos);
        CHECK(compare_clocks({there.value - 3'600'000}, there).what.find("3600 seconds behind") != std::string::npos);
    }
}
