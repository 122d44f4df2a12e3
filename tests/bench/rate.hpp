#pragma once
// How often something runs per second of processor time, and what a bench program is told on its command line.

#include "tests/bench/processor.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <string>
#include <vector>

namespace assay::bench {

inline constexpr unsigned turns = 21;

// Runs per second of processor time, of this thread.
inline double rate(double length_s, const std::function<void()>& run) {
    constexpr unsigned runs_per_look = 16;  // at the clock
    const CpuTime start = cpu_time_of_thread();
    double done = 0;
    CpuTime used{0};
    while (seconds(used) < length_s) {
        for (unsigned i = 0; i < runs_per_look; ++i) run();
        done += runs_per_look;
        used = cpu_time_of_thread() - start;
    }
    return done / seconds(used);
}

inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

inline double number_or(const char* text, double otherwise) {
    double out = otherwise;
    if (text != nullptr) std::from_chars(text, text + std::char_traits<char>::length(text), out);
    return out;
}

}  // namespace assay::bench
