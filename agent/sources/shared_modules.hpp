#pragma once
// What the source "modules" reads that "firmware" needs too, so that a scan reads modules.dep and each module's file
// once. Any thread may use it: the source that fills it may have been left behind at its deadline.

#include "agent/sources/loaded_modules.hpp"
#include "base/result.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace assay::agent {

inline constexpr std::size_t shared_names_bytes = 4U << 20U;  // what is beyond is read a second time

class SharedModules {
  public:
    using Names = Result<std::vector<std::string>>;  // of firmware files, or why they cannot be told

    // What came too late for one source is not kept: the other has a deadline of its own.
    void put(const Result<LoadedModules>& loaded);
    void put(const std::string& path, Names names);

    // Nothing: nobody has read it.
    std::optional<Result<LoadedModules>> loaded() const;
    std::optional<Names> firmware_names(const std::string& path) const;

  private:
    mutable std::mutex mutex_;
    std::optional<Result<LoadedModules>> loaded_;
    std::map<std::string, Names, std::less<>> names_;  // by the path of the module's file
    std::size_t room_ = shared_names_bytes;
};

}  // namespace assay::agent
