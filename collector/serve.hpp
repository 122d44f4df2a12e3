#pragma once
// The running collector: store, rules, two listeners, and the service manager's and the operator's signals. SIGHUP
// reads packs, trust anchors and certificates again and keeps what is in force where they are refused; SIGTERM and
// SIGINT end it after the requests at hand.

#include "base/log.hpp"
#include "collector/config.hpp"

namespace assay::collector {

// What `run` would refuse, without serving: secrets that others may read, packs, anchors, certificates' files.
Result<void> check_config(const Config& config);

// Serves until a signal ends it. Errors: what cannot be opened, read or listened on. REQUIRES: called before any other
// thread is started, since it blocks the signals for all of them.
Result<void> serve(const Config& config, const Log& log);

}  // namespace assay::collector
