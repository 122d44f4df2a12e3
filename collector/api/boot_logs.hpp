#pragma once
// Event logs that were decoded and replayed, by the SHA-256 of their bytes: devices that boot alike share one. As many
// as were used last are kept. Thread-safe.

#include "collector/verifier/boot/boot_log.hpp"

#include <list>
#include <map>
#include <memory>
#include <mutex>

namespace assay::api {

class BootLogs {
  public:
    explicit BootLogs(std::size_t most) : most_(most) {}
    // nullptr when it is not here.
    std::shared_ptr<const BootLog> find(const Sha256& sha256);
    void keep(const Sha256& sha256, std::shared_ptr<const BootLog> log);

  private:
    struct Kept {
        std::shared_ptr<const BootLog> log;
        std::list<Sha256>::iterator used;
    };
    std::size_t most_;
    std::mutex mutex_;
    std::list<Sha256> used_;  // the last used first
    std::map<Sha256, Kept> logs_;
};

}  // namespace assay::api
