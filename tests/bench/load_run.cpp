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

class Stopwatch {
  public:
    explicit Stopwatch(const Places& places) : places_(places) {}
    std::chrono::nanoseconds wall() const { return std::chrono::steady_clock::now() - start_; }
    CpuTime own_cpu() const { return cpu_time_of_thread() - own_start_; }
    CpuTime collector_cpu() const { return collector_now() - collector_start_; }
    CpuTime all_cpu() const { return all_now() - all_start_; }  // of both processors

  private:
    CpuTime collector_now() const { return places_.collector ? cpu_time_of_process(*places_.collector) : CpuTime{}; }
    CpuTime all_now() const { return busy_time_of(places_.load_processor) + busy_time_of(places_.collector_processor); }

    Places places_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    CpuTime own_start_ = cpu_time_of_thread();
    CpuTime collector_start_ = collector_now();
    CpuTime all_start_ = all_now();
};

}  // namespace

std::chrono::nanoseconds LoadResult::latency(double quantile) const {
    if (latencies.empty()) return {};
    const auto at = static_cast<std::size_t>(quantile * static_cast<double>(latencies.size()));
    return latencies[std::min(at, latencies.size() - 1)];
}

LoadResult run_load(std::vector<LoadConnection>& connections, const LoadTimes& times, const Places& places) {
    enum class Phase { lead_in, counted, drain };
    LoadResult out;
    Readable readable(connections);
    const Stopwatch since_start(places);
    std::optional<Stopwatch> counted;
    Phase phase = Phase::lead_in;
    for (LoadConnection& connection : connections) connection.begin();
    std::size_t under_way = connections.size();
    while (under_way > 0) {
        for (const epoll_event& event : readable.wait()) {
            LoadConnection& connection = connections[event.data.u64];
            if (!connection.advance()) continue;
            if (phase == Phase::drain) {
                --under_way;
            } else {
                connection.begin();
            }
            if (phase != Phase::counted) {
                ++out.uncounted;
                continue;
            }
            ++out.reports;
            out.latencies.push_back(connection.took());
        }
        if (phase == Phase::lead_in && since_start.wall() >= times.lead_in) {
            phase = Phase::counted;
            counted.emplace(places);
        } else if (phase == Phase::counted && counted->wall() >= times.counted) {
            phase = Phase::drain;
            out.wall_s = seconds(counted->wall());
            out.load_cpu_s = seconds(counted->own_cpu());
            out.collector_cpu_s = seconds(counted->collector_cpu());
            out.others_cpu_s = seconds(counted->all_cpu()) - out.load_cpu_s - out.collector_cpu_s;
        }
    }
    std::ranges::sort(out.latencies);
    return out;
}

}  // namespace assay::bench
