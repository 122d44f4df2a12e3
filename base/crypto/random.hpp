#pragma once
// Random numbers are a parameter: whoever needs some takes a RandomSource, and main gives it system_random.

#include "base/bytes.hpp"

#include <functional>
#include <span>

namespace assay {

using RandomSource = std::function<void(std::span<std::uint8_t>)>;

// OpenSSL's generator, seeded by the kernel. Throws std::runtime_error when it cannot deliver.
void system_random(std::span<std::uint8_t> out);

template <std::size_t N>
std::array<std::uint8_t, N> random_array(const RandomSource& random) {
    std::array<std::uint8_t, N> out{};
    random(out);
    return out;
}

}  // namespace assay
