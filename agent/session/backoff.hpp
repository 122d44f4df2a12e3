#pragma once
// How long to wait after failures in a row: twice as long each time up to a ceiling, and of that a random part between
// half and all, so that a fleet that lost its collector does not come back in step. Pure: the random number is given.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace assay::agent {

inline constexpr std::chrono::milliseconds backoff_first{2'000};
inline constexpr std::chrono::milliseconds backoff_ceiling{15 * 60'000};

// `failures` from 1; `random` any number, evenly spread.
inline std::chrono::milliseconds backoff(unsigned failures, std::uint32_t random) {
    const unsigned doublings = std::min(failures > 0 ? failures - 1 : 0, 20U);
    const std::int64_t whole = std::min(backoff_first.count() << doublings, backoff_ceiling.count());
    return std::chrono::milliseconds(whole / 2 + whole / 2 * std::int64_t{random} / 0xffffffff);
}

// Up to a tenth earlier than `interval`, so that devices that started together do not stay together.
inline std::chrono::milliseconds spread(std::chrono::milliseconds interval, std::uint32_t random) {
    return interval - std::chrono::milliseconds(interval.count() / 10 * std::int64_t{random} / 0xffffffff);
}

}  // namespace assay::agent
