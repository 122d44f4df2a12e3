#include "agent/sources/shared_modules.hpp"

namespace assay::agent {

void SharedModules::put(const Result<LoadedModules>& loaded) {
    if (!loaded && loaded.error().code == Errc::timed_out) return;
    const std::scoped_lock lock(mutex_);
    loaded_ = loaded;
}

void SharedModules::put(const std::string& path, Names names) {
    if (!names && names.error().code == Errc::timed_out) return;
    std::size_t bytes = 0;
    if (names) {
        for (const std::string& one : *names) bytes += sizeof one + one.size();
    }
    const std::scoped_lock lock(mutex_);
    if (bytes > room_) return;
    room_ -= bytes;
    names_.insert_or_assign(path, std::move(names));
}

std::optional<Result<LoadedModules>> SharedModules::loaded() const {
    const std::scoped_lock lock(mutex_);
    return loaded_;
}

std::optional<SharedModules::Names> SharedModules::firmware_names(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = names_.find(path);
    return found == names_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace assay::agent
