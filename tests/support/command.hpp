#pragma once
// Runs a command line of the shell in a test. Paths in it are the test's own.

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace assay::test {

struct CommandResult {
    int status = 0;      // as waitpid gives it: 0 is success
    std::string output;  // standard output and error
};

inline CommandResult run_command(const std::string& line) {
    std::FILE* pipe = ::popen(("{ " + line + " ; } 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + line);
    CommandResult out;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        out.output.append(buffer.data(), got);
    out.status = ::pclose(pipe);
    return out;
}

}  // namespace assay::test
