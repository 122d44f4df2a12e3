#pragma once
// The texts of the files that `assay-collector init` writes. Values in, text out.

#include "collector/init.hpp"

#include <string>

namespace assay::collector {

std::string collector_toml(const InitOptions& options);
// With the CA's certificate inside, so that one file is all a device needs.
std::string agent_toml(const InitOptions& options, const std::string& ca_pem, const std::string& join_token);
// For the local `assay` command.
std::string assay_toml(const InitOptions& options);

}  // namespace assay::collector
