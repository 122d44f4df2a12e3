#include "collector/command_line.hpp"

#include <doctest/doctest.h>

using namespace assay::collector;

TEST_SUITE("collector command line") {
    TEST_CASE("init takes a directory, names and ports") {
        const auto parsed =
            parse_command_line({"init", "dir", "--name", "a.example", "--name", "192.0.2.1", "--device-port", "1443"});
        REQUIRE(parsed.line);
        CHECK(parsed.line->command == Command::init);
        CHECK(parsed.line->init.directory == "dir");
        CHECK(parsed.line->init.names == std::vector<std::string>{"a.example", "192.0.2.1"});
        CHECK(parsed.line->init.device_port == 1443);
        CHECK(parsed.line->init.operator_port == 9443);
        CHECK(parsed.line->init.packs == std::vector<std::string>{"/usr/share/assay/packs"});
    }

    TEST_CASE("run and --check-config take the configuration, before or after the command") {
        CHECK(parse_command_line({"run", "--config", "x"}).line->config == "x");
        CHECK(parse_command_line({"--config", "x", "run"}).line->config == "x");
        CHECK(parse_command_line({"--check-config", "--config", "x"}).line->command == Command::check_config);
    }

    TEST_CASE("token takes what it makes, and nothing past its limits") {
        const auto add = parse_command_line({"token", "add", "ann", "--days", "90", "--json", "--config", "x"});
        REQUIRE(add.line);
        CHECK(add.line->command == Command::token_add);
        CHECK(add.line->token.name == "ann");
        CHECK(add.line->token.days == 90);
        CHECK(add.line->token.json);
        CHECK_FALSE(add.line->token.join);
        CHECK(add.line->config == "x");
        const auto join = parse_command_line({"token", "add", "n", "--join", "--site", "North", "--uses", "12"});
        REQUIRE(join.line);
        CHECK(join.line->token.join);
        CHECK(join.line->token.site == "North");
        CHECK(join.line->token.uses == 12);
        CHECK(parse_command_line({"token", "list", "--json"}).line->command == Command::token_list);
        CHECK(parse_command_line({"token", "revoke", "ann"}).line->command == Command::token_revoke);
        CHECK(parse_command_line({"token", "revoke", "n", "--join"}).line->token.join);
        for (const std::vector<std::string>& wrong :
             {std::vector<std::string>{"token"},
              {"token", "add"},
              {"token", "revoke"},
              {"token", "add", "ann", "--days", "0"},
              {"token", "add", "ann", "--days", "3651"},
              {"token", "add", "ann", "--uses", "2"},
              {"token", "add", "ann", "--site", "North"},
              {"token", "add", "n", "--join", "--uses", "0"},
              {"token", "add", "n", "--join", "--uses", "1000001"}}) {
            CAPTURE(wrong.size());
            CHECK(parse_command_line(wrong).exit_code == exit_usage);
        }
    }

    TEST_CASE("help and version are no mistakes; a missing name, an unknown word and nothing at all are") {
        CHECK(parse_command_line({"--help"}).exit_code == exit_done);
        CHECK(parse_command_line({"--version"}).text.find("assay-collector") != std::string::npos);
        for (const std::vector<std::string>& wrong :
             {std::vector<std::string>{"init", "dir"}, {"runn"}, {}, {"run", "--x"}}) {
            CHECK_FALSE(parse_command_line(wrong).line);
            CHECK(parse_command_line(wrong).exit_code == exit_usage);
        }
    }
}
