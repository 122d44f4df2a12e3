#include "base/crypto/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace assay {

void system_random(std::span<std::uint8_t> out) {
    if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) {
        throw std::runtime_error("the system's random number generator failed");
    }
}

}  // namespace assay
