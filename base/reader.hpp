#pragma once
// The one bounds-checked cursor over hostile bytes. A read past the end marks the reader failed and yields zero or
// an empty view; the decoder asks once, at the end, with finish(), which also refuses what is left over.
// Counts are the decoder's to check against a named limit before it loops.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

class Reader {
  public:
    explicit Reader(ByteView input) : input_(input) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(big(1)); }
    std::uint16_t u16be() { return static_cast<std::uint16_t>(big(2)); }
    std::uint32_t u32be() { return static_cast<std::uint32_t>(big(4)); }
    std::uint64_t u64be() { return big(8); }
    std::uint16_t u16le() { return static_cast<std::uint16_t>(little(2)); }
    std::uint32_t u32le() { return static_cast<std::uint32_t>(little(4)); }
    std::uint64_t u64le() { return little(8); }

    // The field that is read next, until another is named: where the input ends in it, or it is refused without a name,
    // the error names it. A literal, or what outlives the reader. A decoder that names one names them all.
    Reader& at(std::string_view field) {
        field_ = field;
        return *this;
    }

    // Exactly `count` bytes, or an empty view and failure.
    ByteView take(std::size_t count);
    // TPM2B: u16be size, then that many bytes; more than `max` is limit_exceeded.
    ByteView sized16(std::size_t max, std::string_view field);
    void skip(std::size_t count) { take(count); }

    // Marks the input as refused; the first refusal stands. `field` may be "": the one that at() named.
    void refuse(Errc code, std::string_view field, std::string_view what);

    bool failed() const { return failed_; }
    std::size_t offset() const { return offset_; }
    std::size_t left() const { return failed_ ? 0 : input_.size() - offset_; }

    // ok, or the first error; what is left over is trailing_bytes. `what` names the structure.
    Result<void> finish(std::string_view what) const;
    // The same, but bytes after the structure are the caller's.
    Result<void> finish_prefix(std::string_view what) const;

  private:
    std::uint64_t big(std::size_t count);
    std::uint64_t little(std::size_t count);

    ByteView input_;
    std::size_t offset_ = 0;
    std::string_view field_;
    bool failed_ = false;
    Error error_;
};

}  // namespace assay
