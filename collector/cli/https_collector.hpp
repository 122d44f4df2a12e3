#pragma once
// The real Collector: HTTPS over net's client, the token on every request.

#include "collector/cli/collector.hpp"
#include "collector/cli/settings.hpp"

namespace assay::cli {

// Connects at once. Errors: those of the settings, of the files they name, and of connecting (Errc::io_error,
// timed_out, denied, gone), with a sentence to act on.
Result<std::unique_ptr<Collector>> connect_collector(const Settings& settings, const ReadFile& read_file);

}  // namespace assay::cli
