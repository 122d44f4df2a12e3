#pragma once
// Event logs that were decoded and replayed, by the SHA-256 of their bytes: devices that boot alike share one. Those
// that were used last are kept, as many as there is room for. Thread-safe.

#include "collector/verifier/boot/boot_log.hpp"

#include <list>
#include <map>
#include <memory>
#include <mutex>

namespace assay::api {

class BootLogs {
  public:
    explicit BootLogs(std::size_t most_bytes) : most_bytes_(most_bytes) {}
    // nullptr when it is not here.
    std::shared_ptr<const BootLog> find(const Sha256& sha256);
    // Also where it alone takes more than there is room for: then it alone.
    void keep(const Sha256& sha256, std::shared_ptr<const BootLog> log);

  private:
    struct Kept {
        std::shared_ptr<const BootLog> log;
        std::list<Sha256>::iterator used;
    };
    std::size_t most_bytes_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;   // of all that are here
    std::list<Sha256> used_;  // the last used first
    std::map<Sha256, Kept> logs_;
};

}  // namespace assay::api
