#pragma once
// Writes down what was refused, without making anybody wait: attempts gather here and go to the store in batches. Under
// a flood only counts are kept, so that strangers cannot fill the store or slow the writer. Thread-safe.

#include "collector/store/attempts.hpp"
#include "collector/store/store.hpp"
#include "collector/verifier/outcome.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace assay::api {

class AttemptLog {
  public:
    static constexpr std::size_t most_waiting = 256;

    // The store outlives it; a batch that is under way when it goes is written all the same.
    explicit AttemptLog(store::Store& store);

    void add(store::Attempt attempt);

  private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the batch that the store is writing
};

// `step`: "enrolment", "proof", "challenge", "report", "document".
store::Attempt attempt_of(
    const RejectedAttempt& rejected, std::string_view step, const std::string& peer,
    const std::optional<DeviceId>& claimed, UnixMillis now
);

}  // namespace assay::api
