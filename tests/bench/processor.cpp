#include "tests/bench/processor.hpp"

#include <sched.h>
#include <time.h>

#include <cerrno>
#include <system_error>

namespace assay::bench {
namespace {

CpuTime read_clock(clockid_t clock) {
    timespec now{};
    if (::clock_gettime(clock, &now) != 0) throw std::system_error(errno, std::generic_category(), "processor time");
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

void run_on(unsigned processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (::sched_setaffinity(0, sizeof set, &set) != 0) {
        throw std::system_error(errno, std::generic_category(), "run on processor " + std::to_string(processor));
    }
}

KeepBusy::KeepBusy(unsigned processor, double share)
    : thread_([processor, share](const std::stop_token& stop) {
          constexpr std::chrono::milliseconds turn{2};
          run_on(processor);
          while (!stop.stop_requested()) {
              const auto start = std::chrono::steady_clock::now();
              while (std::chrono::steady_clock::now() - start < share * turn) {
              }
              std::this_thread::sleep_until(start + turn);
          }
      }) {}

CpuTime cpu_time_of_thread() {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

CpuTime cpu_time_of_process(pid_t process) {
    clockid_t clock{};
    if (const int code = ::clock_getcpuclockid(process, &clock); code != 0) {
        throw std::system_error(code, std::generic_category(), "processor time of " + std::to_string(process));
    }
    return read_clock(clock);
}

}  // namespace assay::bench
