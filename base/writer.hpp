#pragma once
// The one writer of binary structures; the counterpart of Reader.

#include "base/bytes.hpp"

#include <cassert>
#include <cstdint>

namespace assay {

class Writer {
  public:
    Writer& u8(std::uint8_t value) { return big(value, 1); }
    Writer& u16be(std::uint16_t value) { return big(value, 2); }
    Writer& u32be(std::uint32_t value) { return big(value, 4); }
    Writer& u64be(std::uint64_t value) { return big(value, 8); }
    Writer& u16le(std::uint16_t value) { return little(value, 2); }
    Writer& u32le(std::uint32_t value) { return little(value, 4); }
    Writer& u64le(std::uint64_t value) { return little(value, 8); }
    Writer& raw(ByteView bytes) {
        out_.insert(out_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    // TPM2B. REQUIRES: bytes.size() < 65536
    Writer& sized16(ByteView bytes) {
        assert(bytes.size() < 65536);
        return u16be(static_cast<std::uint16_t>(bytes.size())).raw(bytes);
    }
    // A framed field of our own hashes: u32 big-endian length, then the bytes.
    Writer& framed(ByteView bytes) {
        assert(bytes.size() <= 0xffffffffU);
        return u32be(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
    }

    const Bytes& bytes() const { return out_; }
    Bytes take() { return std::move(out_); }

  private:
    Writer& big(std::uint64_t value, unsigned count) {
        for (unsigned i = count; i-- > 0;) out_.push_back(static_cast<std::uint8_t>(value >> (8U * i)));
        return *this;
    }
    Writer& little(std::uint64_t value, unsigned count) {
        for (unsigned i = 0; i < count; ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8U * i)));
        return *this;
    }

    Bytes out_;
};

}  // namespace assay
