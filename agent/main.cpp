// assay-agent: builds the parts and hands them down; the commands are in agent/cli. Exceptions end here: the world
// broke (out of memory, no random numbers), and the service manager starts anew.

#include "agent/cli/commands.hpp"
#include "agent/scan_child.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

namespace {

int dispatch(const assay::agent::CommandLine& line) {
    using namespace assay::agent;
    switch (line.command) {
        case Command::run: return run_command(line);
        case Command::report:
        case Command::enrol: return once_command(line);
        case Command::scan: return scan_command(line);
        case Command::capture: return capture_command(line);
        case Command::doctor: return doctor_command(line);
        case Command::check_config: return check_config_command(line);
        case Command::scan_documents:
            return scan_child_main(STDIN_FILENO, STDOUT_FILENO, [](const ScanOrder& order) {
                return scan_to_documents(order);
            });
    }
    return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
    // The TSS prints what it thinks of every response code; here errors are values. Who wants its words sets TSS2_LOG.
    ::setenv("TSS2_LOG", "all+none", 0);
    ::signal(SIGPIPE, SIG_IGN);  // a peer or child that went away is an error of the write
    try {
        const auto parsed = assay::agent::parse_command_line({argv + 1, argv + argc});
        if (!parsed.line) {
            fmt::print(parsed.exit_code == assay::agent::exit_done ? stdout : stderr, "{}", parsed.text);
            return parsed.exit_code;
        }
        return dispatch(*parsed.line);
    } catch (const std::exception& broken) {
        fmt::print(stderr, "assay-agent: {}\n", broken.what());
        return assay::agent::exit_not_done;
    }
}
