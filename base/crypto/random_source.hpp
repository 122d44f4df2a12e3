#pragma once
// Random numbers as a parameter. What gives real ones is in base/crypto/random.hpp; rooms that only decide include
// this.

#include "base/bytes.hpp"

#include <functional>
#include <span>

namespace assay {

// Fills the span, whatever its size, or throws.
using RandomSource = std::function<void(std::span<std::uint8_t>)>;

template <std::size_t N>
std::array<std::uint8_t, N> random_array(const RandomSource& random) {
    std::array<std::uint8_t, N> out{};
    random(out);
    return out;
}

}  // namespace assay
