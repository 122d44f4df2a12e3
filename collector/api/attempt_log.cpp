#include "collector/api/attempt_log.hpp"

#include "base/text.hpp"

namespace assay::api {
namespace {

constexpr std::size_t most_detail_bytes = 300;

struct Batch {
    std::vector<store::Attempt> attempts;
    std::map<std::pair<std::string, std::string>, store::AttemptCount> counts;  // of those that are not kept
    bool empty() const { return attempts.empty() && counts.empty(); }
};

}  // namespace

struct AttemptLog::State {
    explicit State(store::Store& to) : store(to) {}

    store::Store& store;
    std::mutex mutex;
    Batch waiting;
    bool writing = false;

    // One batch at a time: the next gathers while one is written.
    static void write_next(const std::shared_ptr<State>& state) {
        auto batch = std::make_shared<Batch>();
        {
            const std::scoped_lock lock(state->mutex);
            if (state->writing || state->waiting.empty()) return;
            state->writing = true;
            std::swap(*batch, state->waiting);
        }
        state->store.submit(
            [batch](store::Database& db) {
                store::add_attempts(db, batch->attempts);
                for (const auto& [key, count] : batch->counts) store::count_attempts(db, count);
            },
            [state](const std::exception_ptr& error) {
                {
                    const std::scoped_lock lock(state->mutex);
                    state->writing = false;
                }
                if (!error) write_next(state);
            }
        );
    }
};

AttemptLog::AttemptLog(store::Store& store) : state_(std::make_shared<State>(store)) {}

void AttemptLog::add(store::Attempt attempt) {
    {
        const std::scoped_lock lock(state_->mutex);
        Batch& waiting = state_->waiting;
        if (waiting.attempts.size() < most_waiting) {
            waiting.attempts.push_back(std::move(attempt));
        } else {
            const std::string& why = attempt.reason.empty() ? attempt.code : attempt.reason;
            store::AttemptCount& count = waiting.counts[{attempt.step, why}];
            count = {attempt.step, why, count.count + 1, attempt.at};
        }
    }
    State::write_next(state_);
}

store::Attempt attempt_of(
    const RejectedAttempt& rejected, std::string_view step, const std::string& peer,
    const std::optional<DeviceId>& claimed, UnixMillis now
) {
    std::string detail = rejected.where.empty() ? rejected.what : rejected.where + ": " + rejected.what;
    return {
        0,
        now,
        peer,
        claimed,
        std::string(step),
        std::string(word(rejected.code)),
        std::string(word(rejected.reason)),
        clean_text(detail, most_detail_bytes)
    };
}

}  // namespace assay::api
