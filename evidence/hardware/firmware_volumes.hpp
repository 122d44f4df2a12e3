#pragma once
// Firmware volumes in a flash region (UEFI PI 1.7, volume 3, section 3.2): one hash over those that hold code, and not
// over those in which the firmware keeps its variables, which change whenever it likes. A push decoder: a region is fed
// piece by piece, and nothing of it is kept. Volumes are looked for at every 4096th byte of what is fed; what lies
// between them (padding, microcode, tables) is in no hash, and files inside are not unpacked. Pure.

#include "base/bytes.hpp"
#include "base/crypto/hash.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace assay::flash {

inline constexpr std::size_t volume_alignment = 4096;

struct Volumes {
    std::size_t hashed = 0;
    std::size_t with_variables = 0;  // left out
    std::uint64_t bytes = 0;         // of those that are hashed
    // Of "assay/firmware_volumes/1", framed, then of each volume its offset and size (u64 big-endian) and its bytes.
    Sha256 sha256{};
    friend bool operator==(const Volumes&, const Volumes&) = default;
};

class VolumeScanner {
  public:
    VolumeScanner();
    void feed(ByteView bytes);
    // not_found when there is no volume that is hashed; truncated when the last one is longer than the region.
    Result<Volumes> finish();  // once

  private:
    void look_at_block();

    Hasher hasher_;
    Volumes found_;
    Bytes block_;             // between volumes: what stands at the next aligned offset, as far as it was fed
    std::uint64_t at_ = 0;    // what was fed, but for block_
    std::uint64_t left_ = 0;  // of the volume that is being fed
    std::uint64_t skip_ = 0;  // behind a volume, up to the next aligned offset
    bool hashing_ = false;
};

}  // namespace assay::flash
