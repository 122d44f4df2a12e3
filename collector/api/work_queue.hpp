#pragma once
// Threads for what must not block a connection's loop: reads of the store, certificates, large documents. The queue is
// bounded: what does not fit is refused at once, so that a flood is answered and not stored.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace assay::api {

class WorkQueue {
  public:
    using Task = std::move_only_function<void()>;  // must not throw

    WorkQueue(unsigned threads, std::size_t most_waiting);
    ~WorkQueue();  // close()
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    // Takes nothing more, runs what waits, then ends its threads. Idempotent.
    void close();

    // False when too much waits: the task was not taken, and is still the caller's.
    [[nodiscard]] bool post(Task& task);

  private:
    void work();

    std::size_t most_waiting_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> waiting_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace assay::api
