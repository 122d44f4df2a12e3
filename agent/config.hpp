#pragma once
// The agent's configuration, agent.toml: every key with its type and limits. agent/agent.toml.example documents each.
// A key that is unknown or of the wrong type is refused with line, column and the nearest right key. The file holds the
// join token: who may read it is secret_file_problem's to say (base/file.hpp).

#include "agent/sources/choices.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "evidence/tpm/templates.hpp"
#include "net/url.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

struct Config {
    std::string state_dir = "/var/lib/assay-agent";
    // [collector]
    net::Url url;
    std::string ca_pem;       // the PEM text itself, or
    std::string ca_file;      // a file with it: exactly one of the two is not empty
    std::string server_name;  // empty: the host of the URL
    std::optional<std::string> join_token;
    // [tpm]
    std::string tcti = "device:/dev/tpmrm0";
    AkKind ak = AkKind::ecc_p256_sha256;
    std::string endorsement_auth;
    // [scan]
    std::chrono::seconds source_deadline{10};
    bool hotplug = true;
    ScanChoices choices;
    // [log]
    LogLevel log_level = LogLevel::info;
};

inline constexpr std::string_view default_config_file = "/etc/assay/agent.toml";

// `name` is the file's name for errors; relative paths in it are taken from its directory. The error's `where` is
// "agent.toml:3:1: key".
Result<Config> parse_config(std::string_view text, const std::string& name);
// not_found, denied, io_error, and what parse_config refuses.
Result<Config> load_config(const std::string& path);

// The CA's certificates as PEM text: from the configuration, or from its file. Errors name the file.
Result<std::string> read_ca(const Config& config);

}  // namespace assay::agent
