#pragma once
// The collector's memory. Readers work on connections of their own, each read on one snapshot; all writes go through
// one writer thread that puts many into one commit (group commit) and tells each caller only when it is durable. What
// is kept, and how it is asked for, stands in one file per aggregate beside this one: free functions over a Database.
//
//     store.read([](Database& db) { return find_device(db, id); });
//     store.write([](Database& db) { return approve_enrolment(db, id, actor, note); });   // waits for the commit
//     store.submit(job, done);                                                            // does not wait

#include "base/log.hpp"
#include "collector/store/database.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace assay::store {

struct StoreOptions {
    std::filesystem::path file;         // ":memory:" is refused: readers and the writer are several connections
    std::size_t jobs_per_commit = 512;  // more wait for the next commit
    std::size_t jobs_waiting = 16'384;  // more are refused
    // While several write at once, how long a commit waits for more of them: a sync costs the same for one or for many.
    // The more shared the last one, the longer the next waits, up to `gather`.
    std::chrono::microseconds gather_per_job{250};
    std::chrono::microseconds gather{10'000};
};

// So many writes are waiting that another would only wait longer than its caller does.
class StoreBusy : public std::runtime_error {
  public:
    StoreBusy() : std::runtime_error("too many writes are waiting") {}
};

// Jobs run on the writer thread, one after the other, inside a transaction that they share with others. A job decides
// with reads and compare-and-set first and writes then; one that throws is undone alone: the whole transaction is
// rolled back and every job of it runs again on its own, so a job must be able to run twice.
using Job = std::move_only_function<void(Database&)>;
// Runs on the writer thread after the commit; `error` is what the job or the commit threw. Must not block or throw. For
// a job that is refused it runs at once, on the submitting thread, with StoreBusy.
using Done = std::move_only_function<void(std::exception_ptr error)>;

struct StoreCounters {
    std::uint64_t commits = 0;
    std::uint64_t jobs = 0;
    std::uint64_t failed_jobs = 0;
};

class Store {
  public:
    // Opens or creates the database and brings its schema up to date. Errors: unsupported (the schema is newer than
    // this program), bad_value (no database of Assay's), io_error (cannot open it).
    static Result<Store> open(const StoreOptions& options);
    Store(Store&&) noexcept;
    Store& operator=(Store&&) = delete;
    ~Store();  // waits for every submitted job

    // Runs `work` on a snapshot, on the calling thread. What it returns must not look into the connection.
    template <class F>
    auto read(F&& work) {
        Reading reading(*this);
        return std::forward<F>(work)(reading.database());
    }

    void submit(Job job, Done done);

    // Submits, waits for the commit and returns what the job returned; throws what it threw. Not from the writer
    // thread.
    template <class F>
    auto write(F work) -> std::invoke_result_t<F&, Database&>;

    StoreCounters counters() const;

  private:
    struct State;
    explicit Store(std::unique_ptr<State> state);

    class Reading {  // a connection out of the pool, inside a read transaction
      public:
        explicit Reading(Store& store);
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;
        Database& database() { return *connection_; }

      private:
        Store& store_;
        std::unique_ptr<Database> connection_;
    };

    std::unique_ptr<State> state_;
};

template <class F>
auto Store::write(F work) -> std::invoke_result_t<F&, Database&> {
    using T = std::invoke_result_t<F&, Database&>;
    std::promise<void> committed;
    std::future<void> wait = committed.get_future();
    const auto done = [&committed](std::exception_ptr error) {
        if (error) {
            committed.set_exception(std::move(error));
        } else {
            committed.set_value();
        }
    };
    if constexpr (std::is_void_v<T>) {
        submit([&work](Database& db) { work(db); }, done);
        wait.get();
    } else {
        std::optional<T> out;
        submit([&work, &out](Database& db) { out.emplace(work(db)); }, done);
        wait.get();
        return *std::move(out);
    }
}

}  // namespace assay::store
