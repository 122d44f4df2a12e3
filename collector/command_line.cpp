#include "collector/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace assay::collector {
namespace {

void define(CLI::App& app, CommandLine& line, bool& check_config) {
    app.set_version_flag("--version", "assay-collector " ASSAY_VERSION);
    app.add_flag(
        "--check-config", check_config, "read configuration, packs and certificates, say what is wrong, and end"
    );
    app.add_option("--config", line.config, "the configuration file")->capture_default_str()->type_name("FILE");
    app.require_subcommand(0, 1);
    app.footer(
        "Exit status: 0 done, 1 not done, 2 wrong command line, configuration or pack. Manual: man 8 assay-collector"
    );

    CLI::App* run = app.add_subcommand("run", "Serve devices and operators: the service");
    run->add_option("--config", line.config, "the configuration file")->capture_default_str()->type_name("FILE");
    run->callback([&line] { line.command = Command::run; });

    CLI::App* init =
        app.add_subcommand("init", "Make keys, CA, database, tokens and configuration for a new collector");
    init->add_option("DIR", line.init.directory, "where everything is kept; overwrites nothing")->required();
    init->add_option(
            "--name", line.init.names, "host name or address that devices and operators use; the first stands in URLs"
    )
        ->required()
        ->type_name("HOST");
    init->add_option("--device-port", line.init.device_port, "where devices connect")->capture_default_str();
    init->add_option("--operator-port", line.init.operator_port, "where the operators' API is")->capture_default_str();
    init->add_option("--packs", line.init.packs, "policy packs: files or directories")->capture_default_str();
    init->callback([&line] { line.command = Command::init; });
}

}  // namespace

ParsedCommandLine parse_command_line(std::vector<std::string> arguments) {
    CLI::App app("Verifies devices' reports, keeps the fleet's inventory and the worklist.", "assay-collector");
    CommandLine line;
    line.init.packs = {"/usr/share/assay/packs"};
    bool check_config = false;
    define(app, line, check_config);
    std::ranges::reverse(arguments);  // CLI11 takes the last first
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& said) {
        std::ostringstream out;
        const int code = app.exit(said, out, out);
        return {std::nullopt, code == 0 ? exit_done : exit_usage, out.str()};
    }
    if (check_config) {
        line.command = Command::check_config;
    } else if (app.get_subcommands().empty()) {
        return {std::nullopt, exit_usage, app.help()};
    }
    return {line, exit_done, ""};
}

}  // namespace assay::collector
