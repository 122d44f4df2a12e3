#include "collector/api/work_queue.hpp"

#include <utility>

namespace assay::api {

WorkQueue::WorkQueue(unsigned threads, std::size_t most_waiting) : most_waiting_(most_waiting) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back(&WorkQueue::work, this);
}

WorkQueue::~WorkQueue() {
    close();
}

void WorkQueue::close() {
    {
        const std::scoped_lock lock(mutex_);
        closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

bool WorkQueue::post(Task& task) {
    {
        const std::scoped_lock lock(mutex_);
        if (closing_ || waiting_.size() >= most_waiting_) return false;
        waiting_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void WorkQueue::work() {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex_);
            while (waiting_.empty() && !closing_) wake_.wait(lock);
            if (waiting_.empty()) return;
            task = std::move(waiting_.front());
            waiting_.pop_front();
        }
        task();
    }
}

}  // namespace assay::api
