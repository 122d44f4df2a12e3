// Preloaded into a program under test (LD_PRELOAD): its clocks run ahead of the machine's by the milliseconds that
// stand in the file ASSAY_TEST_CLOCK, as a test moves them there. So a minute passes at once, and nothing in the
// program knows. Without the variable every clock is the machine's.

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::int64_t ms_per_s = 1'000;
constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::int64_t ns_per_s = 1'000'000'000;

const std::atomic<std::int64_t>* ahead_ms() {
    static const std::atomic<std::int64_t>* const shared = []() -> const std::atomic<std::int64_t>* {
        const char* const file = std::getenv("ASSAY_TEST_CLOCK");
        const int descriptor = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return nullptr;
        void* const at = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, descriptor, 0);
        ::close(descriptor);
        return at == MAP_FAILED ? nullptr : static_cast<const std::atomic<std::int64_t>*>(at);
    }();
    return shared;
}

void add(timespec& time, std::int64_t ms) {
    const std::int64_t ns = time.tv_nsec + ms % ms_per_s * ns_per_ms + ns_per_s;
    time.tv_sec += ms / ms_per_s + ns / ns_per_s - 1;
    time.tv_nsec = ns % ns_per_s;
}

std::int64_t ahead() {
    const std::atomic<std::int64_t>* const ms = ahead_ms();
    return ms == nullptr ? 0 : ms->load();
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
    const long failed = ::syscall(SYS_clock_gettime, clock, out);
    if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC)) add(*out, ahead());
    return static_cast<int>(failed);
}

int gettimeofday(timeval* out, void*) noexcept {
    timespec now{};
    const int failed = clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1'000;
    return failed;
}

// A time to wait until was made with the clock above; the system waits by its own.
int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* until) {
    using Wait = int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*);
    static const auto wait = reinterpret_cast<Wait>(::dlsym(RTLD_NEXT, "pthread_cond_clockwait"));
    timespec here = *until;
    add(here, -ahead());
    return wait(condition, mutex, clock, &here);
}
}
