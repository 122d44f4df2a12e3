#include "collector/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace assay::collector {
namespace {

void add_config(CLI::App& command, CommandLine& line) {
    command.add_option("--config", line.config, "the configuration file")->capture_default_str()->type_name("FILE");
}

void define_token_add(CLI::App& token, CommandLine& line) {
    TokenOptions& options = line.token;
    CLI::App* add = token.add_subcommand("add", "Make a token and print it, once");
    add->add_option("NAME", options.name, "whose it is: small letters, digits and . _ - @")->required();
    CLI::Option* join = add->add_flag("--join", options.join, "a join token, with which devices enrol");
    add->add_option(
           "--days", options.days, "until it expires; without, an operator's token never does and a join token after 30"
    )
        ->check(CLI::Range(std::int64_t{1}, max_token_days))
        ->type_name("N");
    add->add_option("--site", options.site, "of the devices that enrol with it")->needs(join)->type_name("SITE");
    add->add_option("--uses", options.uses, "how many devices it admits")
        ->needs(join)
        ->check(CLI::Range(std::int64_t{1}, max_token_uses))
        ->capture_default_str()
        ->type_name("N");
    add->add_flag("--json", options.json, "print JSON");
    add_config(*add, line);
    add->callback([&line] { line.command = Command::token_add; });
}

void define_tokens(CLI::App& app, CommandLine& line) {
    CLI::App* token =
        app.add_subcommand("token", "Tokens of operators and for devices to join, while the collector runs");
    token->require_subcommand(1);
    define_token_add(*token, line);
    CLI::App* list = token->add_subcommand("list", "Which there are, revoked ones too; not what they are");
    list->add_flag("--json", line.token.json, "print JSON");
    add_config(*list, line);
    list->callback([&line] { line.command = Command::token_list; });
    CLI::App* revoke = token->add_subcommand("revoke", "Refuse a token from now on");
    revoke->add_option("NAME", line.token.name, "whose it is")->required();
    revoke->add_flag("--join", line.token.join, "the join token of this name");
    add_config(*revoke, line);
    revoke->callback([&line] { line.command = Command::token_revoke; });
}

void define(CLI::App& app, CommandLine& line, bool& check_config) {
    app.set_version_flag("--version", "assay-collector " ASSAY_VERSION);
    app.add_flag(
        "--check-config", check_config, "read configuration, packs and certificates, say what is wrong, and end"
    );
    add_config(app, line);
    app.require_subcommand(0, 1);
    app.footer(
        "Exit status: 0 done, 1 not done, 2 wrong command line, configuration or pack. Manual: man 8 assay-collector"
    );

    CLI::App* run = app.add_subcommand("run", "Serve devices and operators: the service");
    add_config(*run, line);
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
    define_tokens(app, line);
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
