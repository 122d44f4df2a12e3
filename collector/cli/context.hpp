#pragma once
// What every command is given: where to write, how, and the world behind seams, so that a test brings its own. `main`
// builds the real one.

#include "base/result.hpp"
#include "base/time.hpp"
#include "collector/cli/table.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace assay::cli {

// The exit status; docs/man/assay.1 repeats them.
enum class Exit : int {
    done = 0,
    different = 1,    // assay inventory diff: two inventories differ
    failed = 1,       // a file or an answer is not what it has to be, or something was not found
    usage = 2,        // the command line or the configuration
    unreachable = 3,  // no connection to the collector
    refused = 4,      // the collector refused it
};

enum class Format { table, json, csv };

class Collector;  // collector/cli/collector.hpp

struct Context {
    std::function<void(std::string_view)> out;
    std::function<void(std::string_view)> err;
    Format format = Format::table;
    std::size_t width = 0;  // of the terminal; 0: no terminal, nothing is cut
    bool colour = false;
    Clock clock;
    std::function<Result<std::string>(const std::string& path)> read_file;  // bounded; "-" is standard input
    // A new file; conflict where there is one.
    std::function<Result<void>(const std::string& path, std::string_view content)> create_file;
    std::string packs;       // the directory of the packs that ship, or ""
    std::string registries;  // the same of the registry snapshots
    std::function<Result<std::vector<std::string>>(const std::string& directory)> list_directory;  // names, sorted
    std::function<Result<std::shared_ptr<Collector>>()> connect;  // the same connection each time
};

// Prints "assay: where: what" and gives the status.
Exit complain(const Context& context, const Error& error, Exit status = Exit::failed);

// The table in the format that was asked for; `json` is what --json prints.
void show(const Context& context, const Table& table, const std::function<std::string()>& json, std::string_view empty);

}  // namespace assay::cli
