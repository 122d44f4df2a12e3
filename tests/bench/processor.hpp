#pragma once
// Processor time and processor placement, as the bench needs them: who ran where, and for how long. Linux only.

#include <sys/types.h>

#include <chrono>
#include <thread>

namespace assay::bench {

// The calling thread, and threads it starts from now on, run on this processor only. Throws std::system_error.
void run_on(unsigned processor);

using CpuTime = std::chrono::nanoseconds;
CpuTime cpu_time_of_thread();                // of the calling thread
CpuTime cpu_time_of_process(pid_t process);  // of all its threads; throws std::system_error when there is none

CpuTime busy_time_of(unsigned processor);  // of everything on it, the kernel and other guests of its host included

// Keeps a processor busy for this share of the time, 0 to 1, until it goes.
class KeepBusy {
  public:
    KeepBusy(unsigned processor, double share);

  private:
    std::jthread thread_;
};

inline double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace assay::bench
