#pragma once
// One stretch of steady-state load: every connection has exactly one request under way, all driven by the calling
// thread; what came of it in numbers.

#include "tests/bench/load_connection.hpp"
#include "tests/bench/processor.hpp"

#include <optional>
#include <vector>

namespace assay::bench {

struct LoadResult {
    std::uint64_t reports = 0;  // accepted within the time
    std::uint64_t drained = 0;  // accepted after it: begun before
    double wall_s = 0;
    double load_cpu_s = 0;                                 // of this side's thread
    double collector_cpu_s = 0;                            // of the collector; 0 when its process is not known
    std::vector<std::chrono::nanoseconds> latencies = {};  // challenge to acceptance, sorted

    double reports_per_s() const { return static_cast<double>(reports) / wall_s; }
    std::chrono::nanoseconds latency(double quantile) const;  // 0.5: the median
};

// Throws std::runtime_error at the first answer that is not an acceptance, and when nothing comes for 20 seconds.
LoadResult run_load(
    std::vector<LoadConnection>& connections, std::chrono::milliseconds length, std::optional<pid_t> collector
);

}  // namespace assay::bench
