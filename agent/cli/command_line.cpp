#include "agent/cli/command_line.hpp"

#include "agent/scan_child.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace assay::agent {
namespace {

void config_option(CLI::App& app, CommandLine& line) {
    app.add_option("--config", line.config, "the configuration file")
        ->capture_default_str()
        ->type_name("FILE")
        ->each([&line](const std::string&) { line.config_given = true; });
}

void root_option(CLI::App& app, CommandLine& line, const char* what) {
    app.add_option("--root", line.root, what)->type_name("DIR")->check(CLI::ExistingDirectory);
}

void json_flag(CLI::App& app, CommandLine& line) {
    app.add_flag("--json", line.json, "print JSON");
}

// Says what each command is for; CLI11 writes the options below it.
void define(CLI::App& app, CommandLine& line, bool& check_config, bool& once) {
    app.set_version_flag("--version", "assay-agent " ASSAY_VERSION);
    app.add_flag("--check-config", check_config, "read the configuration, say what is wrong with it, and end");
    config_option(app, line);
    app.require_subcommand(0, 1);
    app.footer("Exit status: 0 done, 1 not done, 2 wrong command line or configuration. Manual: man 8 assay-agent");

    CLI::App* run = app.add_subcommand("run", "Enrol where needed, report, and report again: the service");
    config_option(*run, line);
    root_option(*run, line, "report a captured tree; the device is labelled as replayed everywhere");
    run->callback([&line] { line.command = Command::run; });

    CLI::App* report = app.add_subcommand("report", "Enrol where needed, send one report, and say what became of it");
    report->add_flag("--once", once, "one report and no more; the only way there is");
    config_option(*report, line);
    root_option(*report, line, "report a captured tree; the device is labelled as replayed everywhere");
    report->callback([&line] { line.command = Command::report; });

    CLI::App* scan = app.add_subcommand("scan", "Print the inventory; no collector and no TPM are asked");
    config_option(*scan, line);
    json_flag(*scan, line);
    root_option(*scan, line, "read a captured tree (docs/CAPTURE.md) and ask nothing of this machine");
    scan->callback([&line] { line.command = Command::scan; });

    CLI::App* capture = app.add_subcommand("capture", "Write what a scan reads as a tree that --root replays anywhere");
    config_option(*capture, line);
    capture->add_option("OUTPUT", line.output, "a new or empty directory, or a new file: .tar, .tar.gz or .tgz")
        ->type_name("DIR|FILE")
        ->required();
    capture->add_flag(
        "--mask-serials", line.mask_serials,
        "replace serial numbers, asset tags, UUIDs and the device's part of MAC addresses"
    );
    root_option(*capture, line, "capture what is read of a captured tree");
    capture->callback([&line] { line.command = Command::capture; });

    CLI::App* enrol = app.add_subcommand("enrol", "Enrol this device's TPM with the collector, and report nothing");
    config_option(*enrol, line);
    root_option(*enrol, line, "a captured tree, for the device's name");
    enrol->callback([&line] { line.command = Command::enrol; });

    CLI::App* doctor = app.add_subcommand("doctor", "Say in words what is missing before this device can report");
    config_option(*doctor, line);
    json_flag(*doctor, line);
    root_option(*doctor, line, "look at a captured tree instead of this machine's hardware");
    doctor->callback([&line] { line.command = Command::doctor; });

    CLI::App* scan_documents = app.add_subcommand(scan_child_command, "Of the agent itself: scans for its parent");
    scan_documents->group("");  // not in the help
    scan_documents->callback([&line] { line.command = Command::scan_documents; });
}

}  // namespace

ParsedCommandLine parse_command_line(std::vector<std::string> arguments) {
    CLI::App app("Reports this device's hardware and firmware to a collector, under its TPM.", "assay-agent");
    CommandLine line;
    bool check_config = false;
    bool once = false;
    define(app, line, check_config, once);
    std::ranges::reverse(arguments);  // CLI11 takes the last first
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& said) {
        std::ostringstream out;
        const int code = app.exit(said, out, out);
        return {std::nullopt, code == 0 ? exit_done : exit_usage, out.str()};
    }
    if (check_config)
        line.command = Command::check_config;
    else if (app.get_subcommands().empty())
        return {std::nullopt, exit_usage, app.help()};
    return {line, exit_done, ""};
}

}  // namespace assay::agent
