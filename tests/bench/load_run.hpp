#pragma once
// One stretch of steady-state load: every connection has exactly one request under way, all driven by the calling
// thread; what came of it in numbers.

#include "tests/bench/load_connection.hpp"
#include "tests/bench/processor.hpp"

#include <optional>
#include <vector>

namespace assay::bench {

// A lead-in, then the time that counts, then what is still under way. At both ends of the time that counts as much is
// under way, so that work begun before it and work left at its end are the same.
struct LoadTimes {
    std::chrono::milliseconds lead_in{};
    std::chrono::milliseconds counted{};
};

// Where both sides run, and the collector's process if it is another than this.
struct Places {
    unsigned load_processor = 1;
    unsigned collector_processor = 0;
    std::optional<pid_t> collector = {};
};

struct LoadResult {
    std::uint64_t reports = 0;                             // accepted within the time that counts
    std::uint64_t uncounted = 0;                           // accepted before or after it
    double wall_s = 0;                                     // this and what follows: of the time that counts
    double load_cpu_s = 0;                                 // of this side's thread
    double others_cpu_s = 0;                               // of everything else on the two processors
    double collector_cpu_s = 0;                            // of the collector; 0 when its process is not known
    std::vector<std::chrono::nanoseconds> latencies = {};  // challenge to acceptance, sorted

    double reports_per_s() const { return static_cast<double>(reports) / wall_s; }
    std::chrono::nanoseconds latency(double quantile) const;  // 0.5: the median
};

// Throws std::runtime_error at the first answer that is not an acceptance, and when nothing comes for 20 seconds.
LoadResult run_load(std::vector<LoadConnection>& connections, const LoadTimes& times, const Places& places);

}  // namespace assay::bench
