#include "agent/run.hpp"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <climits>

namespace assay::agent {
namespace {

using std::chrono::milliseconds;

milliseconds steady_now() {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

Moment moment(const RandomSource& random) {
    std::uint32_t number = 0;
    for (const std::uint8_t byte : random_array<4>(random)) number = number << 8U | byte;
    return {steady_now(), number};
}

enum class WaitEnd { due, woken, stop };

class Loop {
  public:
    explicit Loop(RunParts& parts) : parts_(parts) {}

    RunResult run() {
        Event event = event::Started{};
        while (true) {
            const Step step = parts_.session.on_event(event, moment(parts_.random));
            if (step.remember) remember();
            for (const Notice& notice : step.notices) log(notice);
            parts_.notify.status(parts_.session.status());
            parts_.notify.alive();
            if (const auto* finish = std::get_if<action::Finish>(&step.action)) {
                return {finish->succeeded, finish->detail};
            }
            if (const auto* wait = std::get_if<action::Wait>(&step.action)) begin_wait(*wait);
            if (waits(step.action)) {
                const WaitEnd end = wait_for_events();
                if (end == WaitEnd::stop) return {true, "stopped"};
                event = end == WaitEnd::woken ? Event(event::Woken{}) : Event(event::Due{});
            } else {
                event = parts_.shell.perform(step.action, parts_.session);
            }
        }
    }

  private:
    static bool waits(const Action& action) {
        return std::holds_alternative<action::Wait>(action) || std::holds_alternative<action::Continue>(action);
    }

    void begin_wait(const action::Wait& wait) {
        until_ = wait.until;
        if (wait.close_connection) parts_.shell.close_connection();
        ::malloc_trim(0);  // what the report needed goes back to the system for the time of the wait
    }

    WaitEnd wait_for_events() {
        while (true) {
            const milliseconds left = until_ - steady_now();
            if (left.count() <= 0) return WaitEnd::due;
            const milliseconds longest = parts_.notify.alive_interval().value_or(milliseconds(3'600'000));
            const auto timeout = std::min({left, longest, milliseconds(INT_MAX)});
            std::array<pollfd, 2> waited{{{parts_.stop_fd, POLLIN, 0}, {parts_.wake.fd, POLLIN, 0}}};
            const int ready = ::poll(waited.data(), waited.size(), static_cast<int>(timeout.count()));
            parts_.notify.alive();
            if (ready <= 0) continue;
            if (waited[0].revents != 0) return WaitEnd::stop;
            if ((waited[1].revents & POLLIN) != 0) {
                if (parts_.wake.take_events()) return WaitEnd::woken;
            } else if (waited[1].revents != 0) {
                parts_.log.warning(
                    "hotplug_lost", {{"detail", "hardware events are no longer heard; reports go on at the interval"}}
                );
                parts_.wake.fd = -1;
            }
        }
    }

    // A full disk must not keep the device from reporting; but after a restart it would begin anew.
    void remember() {
        const auto kept = parts_.state.remember(parts_.session.memory());
        if (kept) return;
        parts_.log.error("state_not_kept", {{"detail", kept.error().message()}});
    }

    void log(const Notice& notice) {
        switch (notice.level) {
            case LogLevel::debug: parts_.log.debug(notice.event, {{"detail", notice.detail}}); break;
            case LogLevel::info: parts_.log.info(notice.event, {{"detail", notice.detail}}); break;
            case LogLevel::warning: parts_.log.warning(notice.event, {{"detail", notice.detail}}); break;
            case LogLevel::error: parts_.log.error(notice.event, {{"detail", notice.detail}}); break;
        }
    }

    RunParts& parts_;
    milliseconds until_{0};
};

}  // namespace

RunResult run(RunParts parts) {
    return Loop(parts).run();
}

int stop_signal_fd() {
    sigset_t stops;
    ::sigemptyset(&stops);
    ::sigaddset(&stops, SIGTERM);
    ::sigaddset(&stops, SIGINT);
    if (::sigprocmask(SIG_BLOCK, &stops, nullptr) != 0) return -1;
    return ::signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
}

}  // namespace assay::agent
