#pragma once
// What `assay-agent scan` takes of the configuration: how long a source may take. It needs no configuration; it shows
// what the service would see where there is one.

#include "agent/cli/command_line.hpp"
#include "agent/scan.hpp"

namespace assay::agent {

struct ScanSettings {
    ScanConfig config;
    std::string note;  // why the default file was left aside, or ""
};

// A file given with --config has to be right. The default one is used when it can be: it is root's to read, and a scan
// is for everybody.
Result<ScanSettings> scan_settings(const CommandLine& line);

}  // namespace assay::agent
