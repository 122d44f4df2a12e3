#include "agent/left_behind.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <set>

namespace assay::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds to_end{500};  // what a killed process may take on a busy machine; nothing waits for it after

}  // namespace

bool reaped_within(pid_t process, milliseconds time) {
    milliseconds step{1};
    while (true) {
        const pid_t gone = ::waitpid(process, nullptr, WNOHANG);
        if (gone == process || (gone < 0 && errno == ECHILD)) return true;
        if (time.count() <= 0) return false;
        step = std::min({step * 2, time, milliseconds(50)});
        ::poll(nullptr, 0, static_cast<int>(step.count()));
        time -= step;
    }
}

void LeftBehind::end(pid_t process, const std::vector<std::string>& hanging) {
    ::kill(process, SIGKILL);
    if (!reap_(process, to_end)) processes_.push_back({process, hanging});
}

void LeftBehind::look_again() {
    std::erase_if(processes_, [this](const Process& one) { return reap_(one.id, milliseconds(0)); });
}

std::vector<std::string> LeftBehind::hanging() const {
    std::set<std::string> out;
    for (const Process& one : processes_) out.insert(one.hanging.begin(), one.hanging.end());
    return {out.begin(), out.end()};
}

}  // namespace assay::agent
