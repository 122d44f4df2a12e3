#pragma once
// What has to happen although no device reports: findings follow packs and days, exceptions run out, the items of a
// device that fell silent say so, and documents that nothing keeps go. A new day is judged over the fleet's distinct
// models first, so that only devices that hold a listed part or have findings are looked at; new packs or registries
// concern every device, since what nobody knew may be known now. A round can be repeated, and run by several
// collectors at once: every write compares epochs and versions.

#include "base/log.hpp"
#include "base/time.hpp"
#include "collector/api/rules.hpp"
#include "collector/store/store.hpp"
#include "collector/worklist/absence.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace assay::api {

struct UpkeepConfig {
    std::chrono::milliseconds every{60'000};
    std::chrono::hours silent_after{24};  // since the last report, before open items become unreachable
    worklist::Rules absence;
};

struct UpkeepRound {
    std::size_t judged = 0;     // devices
    std::size_t timed = 0;      // items
    std::size_t documents = 0;  // deleted, because no device has them and no item needs them
};

// What a round need not look at again in the next.
struct UpkeepMemory {
    Sha256 packs{};
    std::string day;
    std::uint64_t model = 0;  // models up to this one were marked by these packs on this day
};

// One round, on the calling thread.
UpkeepRound keep_up(
    store::Store& store, const Rules& rules, const UpkeepConfig& config, UpkeepMemory& memory, UnixMillis now
);

// Rounds on a thread of its own, until it is destroyed. What is given outlives it.
class Upkeep {
  public:
    Upkeep(UpkeepConfig config, store::Store& store, const Rules& rules, Clock clock, const Log& log);
    ~Upkeep();
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;

    void soon();  // packs were replaced: do not wait for the next round

  private:
    void run();

    UpkeepConfig config_;
    store::Store& store_;
    const Rules& rules_;
    Clock clock_;
    const Log& log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    UpkeepMemory memory_;  // the thread's alone
    bool due_ = true;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace assay::api
