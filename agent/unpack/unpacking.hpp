#pragma once
// Unpacks gzip, xz and zstd piece by piece, as kernel modules are stored (scripts/Makefile.modinst). The form is told
// by the first bytes, never by a name; what is in none of these forms passes through as it is. Hostile input: neither
// the unpacked size nor the decoder's memory goes beyond its limit, however small the packed bytes are.

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace assay::agent {

class Decoder;

enum class Packing { none, gzip, xz, zstd };
Packing packing_of(std::string_view beginning);  // needs packing_magic_bytes to tell
inline constexpr std::size_t packing_magic_bytes = 6;

// Of a decoder's dictionary or window. `xz -9` and `zstd --ultra` need more and are refused; the kernel's own build
// asks for 1 or 2 MiB, xz -6 and zstd -19 for 8.
inline constexpr std::uint64_t unpack_memory_bytes = 12U << 20U;

class Unpacking {
  public:
    using Sink = std::function<void(std::string_view)>;  // takes the unpacked bytes, in order

    explicit Unpacking(std::uint64_t max_bytes);
    Unpacking(const Unpacking&) = delete;
    Unpacking(Unpacking&&) = delete;
    Unpacking& operator=(const Unpacking&) = delete;
    Unpacking& operator=(Unpacking&&) = delete;
    ~Unpacking();

    // The next packed bytes. After an error it takes no more, and finish() tells it.
    void feed(std::string_view packed, const Sink& sink);
    // At the end of the packed bytes. Errors: limit_exceeded (more than max_bytes, or more memory than a decoder may
    // have), truncated, trailing_bytes (after the packed stream), bad_encoding.
    Result<void> finish(const Sink& sink);

  private:
    void begin(const Sink& sink);
    void unpack(std::string_view packed, const Sink& sink);
    void give(std::string_view bytes, const Sink& sink);
    void refuse(Errc code, std::string what);

    std::uint64_t room_;
    std::string beginning_;  // until the form is known
    bool begun_ = false;
    bool ended_ = false;
    std::unique_ptr<Decoder> decoder_;  // none: as it is
    Result<void> outcome_;
};

}  // namespace assay::agent
