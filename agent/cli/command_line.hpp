#pragma once
// The agent's command line as a value. What each command does is agent/cli/commands.hpp's.

#include "agent/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::agent {

enum class Command { run, report, scan, capture, enrol, doctor, check_config, scan_documents };

struct CommandLine {
    Command command = Command::run;
    std::string config{default_config_file};
    bool config_given = false;  // with --config
    std::string root;           // a captured tree, or ""
    bool json = false;
    std::string output;         // of capture: a directory, or a file ending in .tar, .tar.gz or .tgz
    bool mask_serials = false;  // of capture
};

// Exit codes of every command; docs/man/assay-agent.8 lists them.
inline constexpr int exit_done = 0;
inline constexpr int exit_not_done = 1;
inline constexpr int exit_usage = 2;  // the command line or the configuration is wrong

struct ParsedCommandLine {
    std::optional<CommandLine> line;  // none: print `text` and end with `exit_code`
    int exit_code = exit_done;
    std::string text;  // help, version, or what is wrong with the arguments
};

// Arguments as main has them, without the program's name.
ParsedCommandLine parse_command_line(std::vector<std::string> arguments);

}  // namespace assay::agent
