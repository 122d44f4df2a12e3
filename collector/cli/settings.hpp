#pragma once
// Which collector, by which CA, with which token: from the command line, else a file. The file is TOML:
//
//     server = "https://collector.example.net:8443"
//     ca = "ca.pem"                # paths are relative to the file
//     token_file = "operator.token"
//     server_name = "..."          # only when the certificate carries another name than the URL
//
// Which file: --config, else $ASSAY_CONFIG, else ~/.config/assay/config.toml. Pure but for the reading of files that it
// is given.

#include "base/result.hpp"

#include <functional>
#include <optional>
#include <string>

namespace assay::cli {

struct Settings {
    std::string server;
    std::string ca;  // path
    std::string token_file;
    std::string server_name;
};

// What the command line and the environment gave; empty: nothing.
struct Given {
    Settings flags;
    std::string config;
    std::string environment_config;  // $ASSAY_CONFIG
    std::string home_config;         // ~/.config/assay/config.toml, or ""
};

using ReadFile = std::function<Result<std::string>(const std::string& path)>;

// Errors: not_found (no file and no flags), missing_field (server, ca, token_file), the file's with line and column.
Result<Settings> settings(const Given& given, const ReadFile& read_file);

// The token of a token file: one line of 20 to 200 printable ASCII characters.
Result<std::string> token_in(const std::string& text, const std::string& file);

}  // namespace assay::cli
