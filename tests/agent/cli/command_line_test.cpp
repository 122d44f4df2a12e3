#include "agent/cli/command_line.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

TEST_SUITE("command_line") {
    TEST_CASE("each command, with its options") {
        const auto run = parse_command_line({"run", "--config", "x.toml"});
        REQUIRE(run.line);
        CHECK(run.line->command == Command::run);
        CHECK(run.line->config == "x.toml");
        CHECK(run.line->config_given);
        CHECK(parse_command_line({"run"}).line->config == default_config_file);
        CHECK_FALSE(parse_command_line({"run"}).line->config_given);
        CHECK(parse_command_line({"scan", "--config", "x.toml"}).line->config_given);
        CHECK(parse_command_line({"report", "--once"}).line->command == Command::report);
        const auto scan = parse_command_line({"scan", "--json", "--root", "/"});
        REQUIRE(scan.line);
        CHECK(scan.line->command == Command::scan);
        CHECK(scan.line->json);
        CHECK(scan.line->root == "/");
        CHECK(parse_command_line({"enrol"}).line->command == Command::enrol);
        CHECK(parse_command_line({"doctor", "--json"}).line->command == Command::doctor);
        CHECK(parse_command_line({"--check-config", "--config", "x"}).line->command == Command::check_config);
        CHECK(parse_command_line({"scan-documents"}).line->command == Command::scan_documents);
    }

    TEST_CASE("help and version are no errors, and the help names every command but the agent's own") {
        const auto help = parse_command_line({"--help"});
        CHECK(help.exit_code == exit_done);
        for (const char* command : {"run", "report", "scan", "enrol", "doctor", "--check-config"}) {
            CHECK(help.text.find(command) != std::string::npos);
        }
        CHECK(help.text.find("scan-documents") == std::string::npos);
        CHECK(parse_command_line({"--version"}).text == "assay-agent " ASSAY_VERSION "\n");
        CHECK(parse_command_line({"report", "--help"}).text.find("--once") != std::string::npos);
    }

    TEST_CASE("a capture has one output, and masks when asked to") {
        const auto plain = parse_command_line({"capture", "out.tgz"});
        REQUIRE(plain.line);
        CHECK(plain.line->command == Command::capture);
        CHECK(plain.line->output == "out.tgz");
        CHECK_FALSE(plain.line->mask_serials);
        CHECK(parse_command_line({"capture", "--mask-serials", "dir"}).line->mask_serials);
    }

    TEST_CASE("wrong arguments are refused with exit code 2") {
        for (const std::vector<std::string>& wrong :
             {std::vector<std::string>{},
              {"bogus"},
              {"enrol", "--json"},
              {"run", "--config"},
              {"run", "scan"},
              {"scan", "--root", "/nonexistent"},
              {"capture"},
              {"capture", "a", "b"},
              {"scan", "--mask-serials"}}) {
            const auto parsed = parse_command_line(wrong);
            CHECK_FALSE(parsed.line);
            CHECK(parsed.exit_code == exit_usage);
            CHECK_FALSE(parsed.text.empty());
        }
    }
}
