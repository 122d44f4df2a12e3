#include "collector/store/store.hpp"

#include "collector/store/sqlite.hpp"
#include "collector/store/sqlite_schema.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace assay::store {
namespace {

struct Pending {
    Job job;
    Done done;
};

struct Counters {
    std::atomic<std::uint64_t> commits{0};
    std::atomic<std::uint64_t> jobs{0};
    std::atomic<std::uint64_t> failed_jobs{0};
};

// One job in a transaction of its own.
std::exception_ptr run_alone(Database& db, Job& job) {
    try {
        db.begin_write();
        job(db);
        db.commit();
        return nullptr;
    } catch (...) {
        db.rollback();
        return std::current_exception();
    }
}

// All of them in one transaction; false: one threw or the commit failed, nothing was written.
bool run_together(Database& db, std::vector<Pending>& batch) {
    try {
        db.begin_write();
        for (Pending& pending : batch) pending.job(db);
        db.commit();
        return true;
    } catch (...) {
        db.rollback();
        return false;
    }
}

}  // namespace

struct Store::State {
    StoreOptions options;
    Counters counters;

    std::mutex readers_mutex;
    std::vector<std::unique_ptr<Database>> readers;  // idle

    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Pending> waiting;
    bool closing = false;
    bool gathering = false;      // the writer waits for more jobs: only a full commit wakes it
    std::size_t last_batch = 0;  // jobs in it

    std::unique_ptr<Database> writer;  // the writer thread's alone
    std::thread thread;

    std::vector<Pending> next_batch() {
        std::unique_lock lock(mutex);
        while (waiting.empty() && !closing) wake.wait(lock);
        if (last_batch > 1) gather(lock);
        std::vector<Pending> batch;
        while (!waiting.empty() && batch.size() < options.jobs_per_commit) {
            batch.push_back(std::move(waiting.front()));
            waiting.pop_front();
        }
        last_batch = batch.size();
        return batch;
    }

    bool is_full() const { return waiting.size() >= options.jobs_per_commit; }

    void gather(std::unique_lock<std::mutex>& lock) {
        const auto patience =
            std::min<std::chrono::microseconds>(options.gather, options.gather_per_job * static_cast<int>(last_batch));
        const auto until = std::chrono::steady_clock::now() + patience;
        gathering = true;
        while (!is_full() && !closing && wake.wait_until(lock, until) != std::cv_status::timeout) {
        }
        gathering = false;
    }

    void commit(std::vector<Pending>& batch) {
        counters.jobs += batch.size();
        if (run_together(*writer, batch)) {
            ++counters.commits;
            for (Pending& pending : batch) pending.done(nullptr);
            return;
        }
        for (Pending& pending : batch) {
            const std::exception_ptr error = run_alone(*writer, pending.job);
            ++(error ? counters.failed_jobs : counters.commits);
            pending.done(error);
        }
    }

    void write_until_closed() {
        for (;;) {
            std::vector<Pending> batch = next_batch();
            if (batch.empty()) return;
            commit(batch);
        }
    }

    ~State() {
        {
            const std::scoped_lock lock(mutex);
            closing = true;
        }
        wake.notify_all();
        if (thread.joinable()) thread.join();
    }
};

Result<Store> Store::open(const StoreOptions& options) {
    if (options.file == ":memory:") return fail(Errc::bad_value, "database", "has to be a file");
    auto state = std::make_unique<State>();
    state->options = options;
    TRY(state->writer, open_sqlite(options.file, SqliteAccess::read_write));
    CHECK_OK(migrate(*state->writer, sqlite_schema()));
    state->thread = std::thread(&State::write_until_closed, state.get());
    return Store(std::move(state));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store::~Store() = default;

void Store::submit(Job job, Done done) {
    bool refused = false;
    bool wakes = false;
    {
        const std::scoped_lock lock(state_->mutex);
        refused = state_->closing || state_->waiting.size() >= state_->options.jobs_waiting;
        if (!refused) {
            state_->waiting.push_back({std::move(job), std::move(done)});
            wakes = state_->gathering ? state_->is_full() : state_->waiting.size() == 1;
        }
    }
    if (refused) done(std::make_exception_ptr(StoreBusy()));
    if (wakes) state_->wake.notify_one();
}

StoreCounters Store::counters() const {
    return {state_->counters.commits, state_->counters.jobs, state_->counters.failed_jobs};
}

Store::Reading::Reading(Store& store) : store_(store) {
    {
        const std::scoped_lock lock(store_.state_->readers_mutex);
        if (!store_.state_->readers.empty()) {
            connection_ = std::move(store_.state_->readers.back());
            store_.state_->readers.pop_back();
        }
    }
    if (!connection_) {
        auto opened = open_sqlite(store_.state_->options.file, SqliteAccess::read_only);
        if (!opened) throw DatabaseBroken(opened.error().message());
        connection_ = *std::move(opened);
    }
    connection_->begin_read();
}

Store::Reading::~Reading() {
    connection_->rollback();
    const std::scoped_lock lock(store_.state_->readers_mutex);
    store_.state_->readers.push_back(std::move(connection_));
}

}  // namespace assay::store
