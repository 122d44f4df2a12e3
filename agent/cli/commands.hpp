#pragma once
// What the agent's commands do: each puts the parts together and returns the exit code. Results go to standard output,
// logs and errors to standard error.

#include "agent/cli/command_line.hpp"

namespace assay::agent {

int run_command(const CommandLine& line);
// report and enrol: one course of the session, then its outcome in words.
int once_command(const CommandLine& line);
int scan_command(const CommandLine& line);
int capture_command(const CommandLine& line);  // records a scan and writes the tree
int doctor_command(const CommandLine& line);
int check_config_command(const CommandLine& line);

}  // namespace assay::agent
