#include "collector/bundle/bundled_list.hpp"

#include "evidence/runtime/ima_list.hpp"

#include <fmt/format.h>

namespace assay {

Result<BundledList> BundledList::of(const std::vector<BundledImaSegment>& parts) {
    BundledList out;
    out.begins_.push_back(0);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const BundledImaSegment& part = parts[i];
        const std::string where = fmt::format("ima/{:05}", i);
        ImaList list = decode_ima_list(part.body);
        if (list.broken) return fail(list.broken->code, where, list.broken->message());
        if (part.first != out.entries_.size()) {
            return fail(Errc::bad_value, where, "does not follow the part before it");
        }
        if (list.entries.size() < part.entries) return fail(Errc::truncated, where, "has fewer entries than it says");
        // What lies behind the entries that were known came again with the next part; behind the last none did.
        if (i + 1 < parts.size())
            list.entries.erase(list.entries.begin() + std::ptrdiff_t(part.entries), list.entries.end());
        std::size_t at = 0;
        for (ImaEntry& entry : list.entries) {
            const std::size_t size = encoded_size(entry);
            if (size > part.body.size() - at) return fail(Errc::truncated, where, "ends within an entry");
            out.bytes_.insert(
                out.bytes_.end(), part.body.begin() + std::ptrdiff_t(at), part.body.begin() + std::ptrdiff_t(at + size)
            );
            out.begins_.push_back(out.bytes_.size());
            out.entries_.push_back(std::move(entry));
            at += size;
        }
    }
    return out;
}

std::optional<Bytes> BundledList::document(std::uint64_t first, std::uint64_t count) const {
    if (first > entries_.size() || count > entries_.size() - first) return std::nullopt;
    return Bytes(
        bytes_.begin() + std::ptrdiff_t(begins_[first]), bytes_.begin() + std::ptrdiff_t(begins_[first + count])
    );
}

}  // namespace assay
