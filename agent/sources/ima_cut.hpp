#pragma once
// Cuts a part out of the IMA list while it streams by: leaves out the entries before it, keeps whole ones up to a
// limit, and says where the part ends. What an entry says is not looked at. Pure.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>

namespace assay::agent {

class ImaCut {
  public:
    struct Part {
        Bytes bytes;  // `count` whole entries
        std::uint64_t count = 0;
        std::uint64_t skipped = 0;  // entries before them: fewer than wanted when the list has no more
        std::uint64_t end = 0;      // how many bytes of what was fed end with the part
        bool more = false;          // the next entry did not fit
        friend bool operator==(const Part&, const Part&) = default;
    };

    // Keeps at most `max_bytes` in at most `max_entries`, after `skip` entries.
    ImaCut(std::uint64_t skip, std::size_t max_bytes, std::uint64_t max_entries)
        : skip_(skip), max_bytes_(max_bytes), max_entries_(max_entries) {}

    // Whether more is wanted.
    bool feed(ByteView bytes);
    // After the last bytes. truncated: the list ends within an entry. Else the decoder's errors
    // (evidence/runtime/ima_list.hpp).
    Result<Part> finish() &&;

  private:
    void take(ByteView entry);

    std::uint64_t skip_;
    std::size_t max_bytes_;
    std::uint64_t max_entries_;
    Bytes pending_;  // the beginning of an entry whose end has not come
    Part part_;
    bool full_ = false;
    std::optional<Error> broken_;
};

}  // namespace assay::agent
