#include "base/log.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace assay;

TEST_SUITE("log") {
    TEST_CASE("a line has time, level, event and values, quoted where they need it") {
        CHECK(
            log_line(UnixMillis{0}, LogLevel::warning, "report_rejected", {{"device", "ab12"}, {"why", "no nonce"}}) ==
            "time=1970-01-01T00:00:00Z level=warning event=report_rejected device=ab12 why=\"no nonce\""
        );
    }

    TEST_CASE("no value starts a new line, forges a field or reaches a terminal as a command") {
        const std::string line =
            log_line(UnixMillis{0}, LogLevel::info, "x", {{"host", "a\nlevel=error event=\"y\" \x1b[2J"}});
        CHECK(line.find('\n') == std::string::npos);
        CHECK(line.find('\x1b') == std::string::npos);
        CHECK(line.ends_with(R"(host="a\\u{a}level=error event=\"y\" \\u{1b}[2J")"));
    }

    TEST_CASE("what is below the least level is not written") {
        std::vector<std::string> lines;
        const Log log([] { return UnixMillis{0}; }, [&lines](std::string_view line) { lines.emplace_back(line); });
        log.debug("quiet");
        log.info("said");
        log.error("said", {{"long", std::string(5000, 'x')}});
        REQUIRE(lines.size() == 2);
        CHECK(lines[1].size() < 1200);
    }
}
