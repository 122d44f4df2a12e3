#pragma once
// One packed form behind its library. Private to agent/unpack.

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace assay::agent {

class Decoder {
  public:
    virtual ~Decoder() = default;
    struct Step {
        std::size_t produced = 0;  // bytes of `room`
        bool ended = false;        // the packed stream is complete
    };
    // Takes from the front of `packed` and fills `room`, as far as either goes.
    virtual Result<Step> step(std::string_view& packed, std::span<char> room) = 0;
};

std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_xz_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();

}  // namespace assay::agent
