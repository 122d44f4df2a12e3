#include "tests/bench/processor.hpp"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
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

CpuTime busy_time_of(unsigned processor) {
    std::ifstream file("/proc/stat");
    const std::string wanted = "cpu" + std::to_string(processor);
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::string name;
        std::array<std::int64_t, 8> ticks{};  // proc(5): user, nice, system, idle, iowait, irq, softirq, steal
        fields >> name;
        if (name != wanted) continue;
        for (std::int64_t& one : ticks) fields >> one;
        const std::int64_t busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
        return std::chrono::nanoseconds(std::chrono::seconds(busy)) / ::sysconf(_SC_CLK_TCK);
    }
    throw std::runtime_error("/proc/stat does not know processor " + std::to_string(processor));
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
