#pragma once
// `assay-collector init`: everything a new collector needs, in one directory: a CA of its own, the server's
// certificate, the database with an operator's token and a join token, collector.toml, and one agent.toml that fits
// every device. Nothing that is there is overwritten; where a step fails, nothing is left that looks finished
// (collector.toml comes last).

#include "base/crypto/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <string>
#include <vector>

namespace assay::collector {

struct InitOptions {
    std::string directory;
    std::vector<std::string>
        names;  // what agents and operators call this server: host names or addresses; at least one
    std::uint16_t device_port = 8443;
    std::uint16_t operator_port = 9443;
    std::vector<std::string> packs;  // for collector.toml
};

struct InitResult {
    std::vector<std::string> files;  // what was made, in order
    std::string operator_token;      // shown once; kept hashed, and in DIR/operator.token for the local `assay`
    std::string ca_sha256;           // fingerprint for people to compare
};

// Errors: conflict (something is there already), denied, io_error, bad_value (a name that is none).
Result<InitResult> init_collector(const InitOptions& options, const RandomSource& random, UnixMillis now);

}  // namespace assay::collector
