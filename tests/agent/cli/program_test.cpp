// The program itself: exit codes, what it prints, and that it stops.

#include "agent/cli/commands.hpp"
#include "base/json.hpp"
#include "tests/agent/device_rig.hpp"
#include "tests/support/command.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

using namespace assay;
using namespace assay::agent;
using test::DeviceRig;
using test::run_command;
using test::SmallCollector;
using test::Swtpm;

namespace {

std::string write_config(const DeviceRig& rig, const std::string& more = "") {
    std::string file = rig.scratch.path("agent.toml");
    {
        std::ofstream out(file);
        out << "state_dir = \"state\"\n[collector]\nurl = \"" << rig.config.url.text() << "\"\nca = \"\"\""
            << rig.config.ca_pem << "\"\"\"\njoin_token = \"t\"\n[tpm]\ntcti = \"" << rig.config.tcti << "\"\n"
            << more;
    }
    ::chmod(file.c_str(), 0600);
    return file;
}

test::CommandResult agent_says(const std::string& arguments) {
    return run_command(std::string(ASSAY_AGENT) + " " + arguments);
}

}  // namespace

TEST_SUITE("program") {
    TEST_CASE("checks its configuration, enrols, reports, examines itself, and says so") {
        const Swtpm swtpm;
        SmallCollector collector;
        const DeviceRig rig(collector, swtpm);
        const std::string with = " --config " + write_config(rig);
        const std::string root = " --root " + rig.tree.path();

        auto said = agent_says("--check-config" + with);
        CAPTURE(said.output);
        CHECK(said.status == 0);
        said = agent_says("enrol" + with + root);
        CAPTURE(said.output);
        CHECK(said.status == 0);
        CHECK(said.output.find("enrolled: device ") != std::string::npos);
        CHECK(collector.devices().begin()->second.statements.empty());
        said = agent_says("report --once" + with + root);
        CAPTURE(said.output);
        CHECK(said.status == 0);
        CHECK(said.output.find("accepted: active, identity affirming") != std::string::npos);
        CHECK(collector.devices().begin()->second.statements.size() == 1);
        said = agent_says("doctor" + with + root);
        CAPTURE(said.output);
        CHECK(said.status == 0);
        CHECK(said.output.find("This device can report.") != std::string::npos);

        collector.stop();
        said = agent_says("report --once" + with + root);
        CHECK(WEXITSTATUS(said.status) == exit_not_done);
        CHECK(said.output.find("not reported") != std::string::npos);
        CHECK(said.output.find("assay-agent doctor --config") != std::string::npos);
        said = agent_says("doctor --json" + with + root);
        CHECK(WEXITSTATUS(said.status) == exit_not_done);
        const auto value = json::parse(said.output, {});
        REQUIRE(value);
        CHECK_FALSE(value->at("can_report").as_bool());
    }

    TEST_CASE("runs until it is told to stop, and goes on at its next start; a killed one too") {
        const Swtpm swtpm;
        SmallCollector collector;
        const DeviceRig rig(collector, swtpm);
        const std::string command =
            std::string(ASSAY_AGENT) + " run --config " + write_config(rig) + " --root " + rig.tree.path();
        const std::string log = rig.scratch.path("log");
        for (const char* signal : {"TERM", "INT", "KILL", "TERM"}) {
            CAPTURE(signal);
            const auto before = collector.requests().size();
            const auto ended = run_command(
                ": > " + log + "; " + command + " 2> " + log +
                " & pid=$!; for i in $(seq 2400); do grep -q event=standing " + log +
                " && break; sleep 0.05; done; kill -" + signal + " $pid; wait $pid"
            );
            CAPTURE(ended.output);
            CHECK((ended.status == 0) == (std::string(signal) != "KILL"));
            CHECK(collector.requests().size() > before);
        }
        REQUIRE(collector.devices().size() == 1);
        const auto& device = collector.devices().begin()->second;
        CHECK(device.statements.size() == 4);
        CHECK(device.statements.back().sequence == 4);
        CHECK(device.generation == 1);
    }

    TEST_CASE("scans without a collector and without a TPM, for people and for programs") {
        const test::ScratchTree tree;
        test::add_pci(tree, "pci0000:00/0000:00:01.0", {{"vendor", "0x19e5"}, {"device", "0x1822"}, {"class", "0x0"}});
        const auto table = agent_says("scan --root " + tree.path());
        CHECK(table.status == 0);
        CHECK(table.output.find("19e5:1822") != std::string::npos);
        const auto scanned = agent_says("scan --json --root " + tree.path());
        const auto value = json::parse(scanned.output, {});
        REQUIRE(value);
        CHECK(decode_inventory(json::canonical(value->at("inventory"))));
    }

    TEST_CASE("captures what a scan reads, into a new place only, and the copy scans the same") {
        const test::ScratchTree tree;
        test::add_pci(tree, "pci0000:00/0000:00:01.0", {{"vendor", "0x19e5"}, {"device", "0x1822"}, {"class", "0x0"}});
        const std::string root = " --root " + tree.path();
        const test::ScratchTree out;
        for (const char* name : {"copy", "copy.tar", "copy.tgz"}) {
            CAPTURE(name);
            const auto said = agent_says("capture" + root + " " + out.path(name));
            CAPTURE(said.output);
            CHECK(said.status == 0);
            CHECK(said.output.find(": 1 parts; ") != std::string::npos);
            const auto again = agent_says("capture" + root + " " + out.path(name));
            CHECK(WEXITSTATUS(again.status) == exit_not_done);
            CHECK(again.output.find("(conflict)") != std::string::npos);
        }
        CHECK(agent_says("scan --json --root " + out.path("copy")).output == agent_says("scan --json" + root).output);
        CHECK(run_command("tar -xzOf " + out.path("copy.tgz") + " LABEL").output.starts_with("Captured by assay-agent ")
        );
        CHECK(agent_says("capture --mask-serials" + root + " " + out.path("masked")).status == 0);
        CHECK(run_command("cat " + out.path("masked/LABEL")).output.find("masked") != std::string::npos);
    }

    TEST_CASE("a wrong configuration is exit code 2, with the place") {
        const Swtpm swtpm;
        const SmallCollector collector;
        const DeviceRig rig(collector, swtpm);
        const std::string file = write_config(rig, "tctl = \"x\"\n");
        for (const char* command : {"run", "report --once", "enrol", "--check-config"}) {
            const auto said = agent_says(std::string(command) + " --config " + file);
            CHECK(WEXITSTATUS(said.status) == exit_usage);
            CHECK(said.output.find(file + ":") != std::string::npos);
            CHECK(said.output.find("did you mean \"tcti\"?") != std::string::npos);
        }
        CHECK(WEXITSTATUS(agent_says("--check-config --config /nonexistent").status) == exit_usage);
    }
}
