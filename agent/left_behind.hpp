#pragma once
// Scanning processes that have to end. Most end at once. One whose thread is in a device read that never returns cannot
// be ended by any signal; to wait for it would stop the whole agent. It is left behind and reaped when it does end, and
// what it hangs in is not read again until then, so that a device that hangs costs one process and not one per report.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace assay::agent {

// Reaps the process if it ends within the time; true: it is gone.
bool reaped_within(pid_t process, std::chrono::milliseconds time);

class LeftBehind {
  public:
    using Reap = std::function<bool(pid_t, std::chrono::milliseconds)>;
    // More are not started: where so many hang, without a source that is known to, a scan would only hang as well.
    static constexpr std::size_t at_most = 4;

    explicit LeftBehind(Reap reap = reaped_within) : reap_(std::move(reap)) {}
    ~LeftBehind() = default;
    LeftBehind(const LeftBehind&) = delete;
    LeftBehind& operator=(const LeftBehind&) = delete;

    // Ends a child. `hanging`: the sources that it gave up.
    void end(pid_t process, const std::vector<std::string>& hanging);
    // Reaps those that have ended since. Never waits.
    void look_again();

    std::size_t count() const { return processes_.size(); }
    bool full() const { return count() >= at_most; }
    std::vector<std::string> hanging() const;  // sorted

  private:
    struct Process {
        pid_t id = -1;
        std::vector<std::string> hanging;
    };
    Reap reap_;
    std::vector<Process> processes_;
};

}  // namespace assay::agent
