#pragma once
// What was asked of assay-collector, from its arguments.

#include "collector/init.hpp"
#include "collector/token_admin.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::collector {

inline constexpr int exit_done = 0;
inline constexpr int exit_not_done = 1;  // the world: disk, network, database
inline constexpr int exit_usage = 2;     // wrong command line, configuration or pack

enum class Command { run, init, check_config, token_add, token_list, token_revoke };

struct CommandLine {
    Command command = Command::run;
    std::string config = "/var/lib/assay-collector/collector.toml";
    InitOptions init;
    TokenOptions token;
};

// No line: print `text` and end with exit_code.
struct ParsedCommandLine {
    std::optional<CommandLine> line;
    int exit_code = exit_done;
    std::string text;
};

ParsedCommandLine parse_command_line(std::vector<std::string> arguments);

}  // namespace assay::collector
