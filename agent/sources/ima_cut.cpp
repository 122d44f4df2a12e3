#include "agent/sources/ima_cut.hpp"

#include "evidence/runtime/ima_list.hpp"

namespace assay::agent {

void ImaCut::take(ByteView entry) {
    if (part_.skipped < skip_) {
        ++part_.skipped;
    } else if (part_.bytes.size() + entry.size() > max_bytes_) {
        part_.more = full_ = true;
        return;
    } else {
        part_.bytes.insert(part_.bytes.end(), entry.begin(), entry.end());
        full_ = ++part_.count == max_entries_;
    }
    part_.end += entry.size();
}

bool ImaCut::feed(ByteView bytes) {
    if (full_ || broken_) return false;
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    const ImaList list = decode_ima_list(pending_);
    ByteView left = pending_;
    for (const ImaEntry& entry : list.entries) {
        const std::size_t size = encoded_size(entry);
        take(left.first(size));
        if (full_) return false;
        left = left.subspan(size);
    }
    pending_ = to_bytes(left);
    // An entry whose end has not come is no mistake yet.
    if (list.broken && list.broken->code != Errc::truncated) broken_ = list.broken;
    return !broken_;
}

Result<ImaCut::Part> ImaCut::finish() && {
    if (broken_) return fail(*broken_);
    if (!full_ && !pending_.empty()) return fail(Errc::truncated, "IMA list", "ends within an entry");
    return std::move(part_);
}

}  // namespace assay::agent
