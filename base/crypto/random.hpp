#pragma once
// Random numbers are a parameter: whoever needs some takes a RandomSource, and main gives it system_random.

#include "base/bytes.hpp"
#include "base/crypto/random_source.hpp"

#include <span>

namespace assay {

// OpenSSL's generator, seeded by the kernel. Throws std::runtime_error when it cannot deliver.
void system_random(std::span<std::uint8_t> out);

}  // namespace assay
