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
    const bool waiting = !pending_.empty();
    if (waiting) pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    ByteView left = waiting ? ByteView(pending_) : bytes;
    while (!left.empty()) {
        auto size = ima_entry_size(left);
        if (!size && size.error().code == Errc::truncated) break;  // its end has not come: no mistake yet
        if (!size) {
            broken_ = std::move(size).error();
            broken_->where = "ima_list[" + std::to_string(part_.skipped + part_.count) + "]." + broken_->where;
            return false;
        }
        take(left.first(*size));
        if (full_) return false;
        left = left.subspan(*size);
    }
    Bytes rest = to_bytes(left);
    pending_ = std::move(rest);
    return true;
}

Result<ImaCut::Part> ImaCut::finish() && {
    if (broken_) return fail(*broken_);
    if (!full_ && !pending_.empty()) return fail(Errc::truncated, "IMA list", "ends within an entry");
    return std::move(part_);
}

}  // namespace assay::agent
