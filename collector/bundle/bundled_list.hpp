#pragma once
// The IMA list of a bundle, put together from the parts in which it came. Pure.

#include "collector/bundle/bundle.hpp"
#include "evidence/runtime/ima_entry.hpp"

#include <span>

namespace assay {

class BundledList {
  public:
    // Errors name the file: a part that cannot be read, has fewer entries than it says, or does not follow the last.
    static Result<BundledList> of(const std::vector<BundledImaSegment>& parts);

    std::span<const ImaEntry> entries() const { return entries_; }
    // The bytes of `count` entries from number `first` on, as the device gave them; none: they are not all here.
    std::optional<Bytes> document(std::uint64_t first, std::uint64_t count) const;

  private:
    std::vector<ImaEntry> entries_;
    Bytes bytes_;
    std::vector<std::size_t> begins_;  // of each entry, and where the last one ends
};

}  // namespace assay
