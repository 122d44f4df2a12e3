#include "collector/cli/settings.hpp"

#include <doctest/doctest.h>

#include <map>

namespace assay::cli {
TEST_SUITE_BEGIN("cli: settings");

ReadFile files(std::map<std::string, std::string> all) {
    return [all = std::move(all)](const std::string& path) -> Result<std::string> {
        const auto found = all.find(path);
        if (found == all.end()) return fail(Errc::not_found, path, "cannot be opened");
        return found->second;
    };
}

const std::string good = "server = \"https://c.example:8443\"\nca = \"ca.pem\"\ntoken_file = \"/etc/t\"\n";

TEST_CASE("paths in a file are relative to it; flags go before the file") {
    Given given;
    given.config = "dir/assay.toml";
    auto found = settings(given, files({{"dir/assay.toml", good}}));
    REQUIRE(found);
    CHECK(found->server == "https://c.example:8443");
    CHECK(found->ca == "dir/ca.pem");
    CHECK(found->token_file == "/etc/t");
    given.flags.ca = "other.pem";
    found = settings(given, files({{"dir/assay.toml", good}}));
    CHECK(found->ca == "other.pem");
}

TEST_CASE("--config goes before ASSAY_CONFIG, that before the home directory's file") {
    Given given;
    given.home_config = "home.toml";
    const auto read = files(
        {{"a", "server='https://a'\nca='c'\ntoken_file='t'"},
         {"b", "server='https://b'\nca='c'\ntoken_file='t'"},
         {"home.toml", "server='https://h'\nca='c'\ntoken_file='t'"}}
    );
    CHECK(settings(given, read)->server == "https://h");
    given.environment_config = "b";
    CHECK(settings(given, read)->server == "https://b");
    given.config = "a";
    CHECK(settings(given, read)->server == "https://a");
}

TEST_CASE("a file that was asked for has to be there; the home directory's may be missing") {
    Given given;
    given.home_config = "home.toml";
    given.flags = {.server = "https://x", .ca = "c", .token_file = "t", .server_name = {}};
    CHECK(settings(given, files({})));
    given.config = "gone.toml";
    CHECK(settings(given, files({})).error().where == "gone.toml");
}

TEST_CASE("what is not set is named, with what to do") {
    const auto found = settings(Given{}, files({}));
    REQUIRE_FALSE(found);
    CHECK(found.error().code == Errc::missing_field);
    CHECK(found.error().where == "server");
    CHECK(found.error().what.find("--server") != std::string::npos);
}

TEST_CASE("an unknown key is refused with line, column and the nearest right one") {
    Given given;
    given.config = "assay.toml";
    const auto found = settings(given, files({{"assay.toml", "server = \"https://x\"\ntokenfile = \"t\"\n"}}));
    REQUIRE_FALSE(found);
    CHECK(found.error().where.find("assay.toml:2:1") != std::string::npos);
    CHECK(found.error().what.find("token_file") != std::string::npos);
}

TEST_CASE("a token is one line of printable characters") {
    CHECK(*token_in("0123456789abcdefghij\n", "t") == "0123456789abcdefghij");
    CHECK_FALSE(token_in("", "t"));
    CHECK_FALSE(token_in("short", "t"));
    CHECK_FALSE(token_in("0123456789abcdefghij\nmore", "t"));
    CHECK_FALSE(token_in("0123456789abcdef\x7fghij", "t"));
    CHECK(token_in(std::string(200, 'a'), "t"));
    CHECK_FALSE(token_in(std::string(201, 'a'), "t"));
}

TEST_SUITE_END();
}  // namespace assay::cli
