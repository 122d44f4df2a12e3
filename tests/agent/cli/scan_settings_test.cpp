#include "agent/cli/scan_settings.hpp"

#include "tests/agent/support/scratch_tree.hpp"
#include "tests/support/command.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

constexpr std::chrono::milliseconds without{10'000};

std::string file_with(const test::ScratchTree& scratch, const std::string& scan) {
    scratch.file("agent.toml", "[collector]\nurl = \"https://c\"\nca = \"ca.pem\"\n[scan]\n" + scan + "\n");
    return scratch.path("agent.toml");
}

}  // namespace

TEST_SUITE("scan_settings") {
    TEST_CASE("a source may take as long as the configuration says, whether it was named or is the default one") {
        const test::ScratchTree scratch;
        CommandLine line;
        line.config = file_with(scratch, "source_deadline_s = 3");
        for (const bool given : {true, false}) {
            line.config_given = given;
            const auto settings = scan_settings(line);
            REQUIRE(settings);
            CHECK(settings->config.source_deadline == std::chrono::seconds(3));
            CHECK(settings->note.empty());
        }
    }

    TEST_CASE("a named configuration has to be right; without a default one there is nothing to say") {
        CommandLine line;
        line.config = "/nonexistent/agent.toml";
        line.config_given = true;
        CHECK(scan_settings(line).error().code == Errc::not_found);
        line.config_given = false;
        const auto settings = scan_settings(line);
        REQUIRE(settings);
        CHECK(settings->config.source_deadline == without);
        CHECK(settings->note.empty());
    }

    TEST_CASE("a default configuration that cannot be used is left aside, and that is said") {
        const test::ScratchTree scratch;
        CommandLine line;
        line.config = file_with(scratch, "source_deadline_s = 0");
        const auto settings = scan_settings(line);
        REQUIRE(settings);
        CHECK(settings->config.source_deadline == without);
        CHECK(settings->note.find("source_deadline_s") != std::string::npos);
        CHECK(settings->note.find("each source may take 10 s") != std::string::npos);
    }

    TEST_CASE("the program takes it: a scan with a wrong configuration is exit code 2, with a right one a scan") {
        const test::ScratchTree scratch;
        const test::ScratchTree tree;
        tree.file("proc/cpuinfo", "");
        const std::string scan = std::string(ASSAY_AGENT) + " scan --root " + tree.path() + " --config ";
        const auto wrong = test::run_command(scan + file_with(scratch, "source_deadline_s = 301"));
        CHECK(WEXITSTATUS(wrong.status) == exit_usage);
        CHECK(wrong.output.find("source_deadline_s") != std::string::npos);
        CHECK(test::run_command(scan + file_with(scratch, "source_deadline_s = 300")).status == 0);
    }

    TEST_CASE("--check-config refuses a CA file that holds no certificate, by its name") {
        const test::ScratchTree scratch;
        scratch.file("ca.pem", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n");
        const auto said = test::run_command(
            std::string(ASSAY_AGENT) + " --check-config --config " + file_with(scratch, "source_deadline_s = 300")
        );
        CHECK(WEXITSTATUS(said.status) == exit_usage);
        CHECK(said.output.find(scratch.path("ca.pem") + ": holds no PEM certificate") != std::string::npos);
    }
}
