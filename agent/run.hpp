#pragma once
// The loop: asks the session what to do, lets the shell do it, waits where it says so, keeps its memory, logs its
// notices. Ends with SIGTERM or SIGINT (in a wait), or when the session finishes. One thread.

#include "agent/session/session.hpp"
#include "agent/shell.hpp"
#include "base/crypto/random.hpp"
#include "base/log.hpp"
#include "base/service_notify.hpp"

#include <functional>

namespace assay::agent {

// Where hardware events are heard.
struct WakeSource {
    int fd = -1;                        // readable when something happened; -1: none
    std::function<bool()> take_events;  // reads what is there; true when hardware changed
};

struct RunParts {
    Session& session;
    Shell& shell;
    const StateDirectory& state;
    const Log& log;
    ServiceNotify& notify;
    WakeSource wake;
    RandomSource random = system_random;
    int stop_fd = -1;  // readable when the agent is to stop; -1: never
};

struct RunResult {
    bool succeeded = false;
    std::string detail;  // of the session's Finish; "stopped" after a signal
};

RunResult run(RunParts parts);

// A descriptor that becomes readable with SIGTERM or SIGINT, which no longer end the process. -1 when it cannot be had.
int stop_signal_fd();

}  // namespace assay::agent
