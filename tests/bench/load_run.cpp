#include "tests/bench/load_run.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace assay::bench {
namespace {

constexpr int patience_ms = 20'000;

// The connections that can be read, by their numbers.
class Readable {
  public:
    explicit Readable(const std::vector<LoadConnection>& connections) : poll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (std::size_t i = 0; i < connections.size(); ++i) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, connections[i].descriptor(), &event) != 0) {
                throw std::system_error(errno, std::generic_category(), "epoll_ctl");
            }
        }
    }

    std::span<const epoll_event> wait() {
        const int count = ::epoll_wait(poll_.get(), events_.data(), static_cast<int>(events_.size()), patience_ms);
        if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
        if (count == 0) throw std::runtime_error("no answer for 20 seconds");
        return std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
    }

  private:
    net::Descriptor poll_;
    std::array<epoll_event, 256> events_{};
};

}  // namespace

std::chrono::nanoseconds LoadResult::latency(double quantile) const {
    if (latencies.empty()) return {};
    const auto at = static_cast<std::size_t>(quantile * static_cast<double>(latencies.size()));
    return latencies[std::min(at, latencies.size() - 1)];
}

LoadResult run_load(
    std::vector<LoadConnection>& connections, std::chrono::milliseconds length, std::optional<pid_t> collector
) {
    LoadResult out;
    Readable readable(connections);
    const auto collector_cpu = [collector] { return collector ? cpu_time_of_process(*collector) : CpuTime{}; };
    const auto start = std::chrono::steady_clock::now();
    const CpuTime own_cpu_start = cpu_time_of_thread();
    const CpuTime collector_cpu_start = collector_cpu();
    for (LoadConnection& connection : connections) connection.begin();
    std::size_t under_way = connections.size();
    bool over = false;
    while (under_way > 0) {
        for (const epoll_event& event : readable.wait()) {
            LoadConnection& connection = connections[event.data.u64];
            if (!connection.advance()) continue;
            if (over) {
                ++out.drained;
                --under_way;
                continue;
            }
            ++out.reports;
            out.latencies.push_back(connection.took());
            connection.begin();
        }
        const auto now = std::chrono::steady_clock::now();
        if (over || now - start < length) continue;
        over = true;
        out.wall_s = seconds(now - start);
        out.load_cpu_s = seconds(cpu_time_of_thread() - own_cpu_start);
        out.collector_cpu_s = seconds(collector_cpu() - collector_cpu_start);
    }
    std::ranges::sort(out.latencies);
    return out;
}

}  // namespace assay::bench
