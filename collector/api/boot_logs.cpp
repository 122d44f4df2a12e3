#include "collector/api/boot_logs.hpp"

namespace assay::api {

std::shared_ptr<const BootLog> BootLogs::find(const Sha256& sha256) {
    const std::scoped_lock lock(mutex_);
    const auto found = logs_.find(sha256);
    if (found == logs_.end()) return nullptr;
    used_.splice(used_.begin(), used_, found->second.used);
    return found->second.log;
}

void BootLogs::keep(const Sha256& sha256, std::shared_ptr<const BootLog> log) {
    const std::scoped_lock lock(mutex_);
    if (logs_.contains(sha256)) return;
    used_.push_front(sha256);
    bytes_ += log->size;
    logs_.emplace(sha256, Kept{std::move(log), used_.begin()});
    while (bytes_ > most_bytes_ && logs_.size() > 1) {
        const auto oldest = logs_.find(used_.back());
        bytes_ -= oldest->second.log->size;
        logs_.erase(oldest);
        used_.pop_back();
    }
}

}  // namespace assay::api
