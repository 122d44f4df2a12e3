#pragma once
// One event loop of the server and the connections that live on it. Everything but post(), owns_this_thread() and the
// counters is for the loop's own thread. Deadlines are looked at by one timer for all connections: setting one is an
// assignment, and being late by a tick harms nobody.

#include "net/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace assay::net {

class ServerConnection;

// What the loops of one server share; lives until the last connection that knows it has gone.
struct ServerShared {
    ServerConfig config;
    Service& service;
    const Log& log;
    ServerCounters counters{};
    std::atomic<std::uint64_t> last_connection_id{0};
};

class Loop : public std::enable_shared_from_this<Loop> {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Task = std::move_only_function<void()>;

    explicit Loop(std::shared_ptr<ServerShared> shared);

    void start();               // its thread
    bool ended_by(Time until);  // waits for it
    void join();

    // Runs `task` on the loop's thread, soon; false, and the task is dropped here, when the loop has ended.
    bool post(Task task);
    bool owns_this_thread() const { return runner_.load() == std::this_thread::get_id(); }

    void add(const std::shared_ptr<ServerConnection>& connection);
    void remove(ServerConnection& connection);
    void finish();  // closes idle connections; ends when the last one has been closed
    void abort();   // closes all, and ends
    bool finishing() const { return finishing_; }

    boost::asio::io_context& context() { return context_; }
    ServerShared& shared() { return *shared_; }
    std::span<std::uint8_t> scratch() { return scratch_; }  // valid until the next call into the loop
    const std::string& date();                              // for the Date header

  private:
    void run();
    std::vector<std::shared_ptr<ServerConnection>> all() const;  // a copy: closing one removes it
    void tick();
    void end_if_empty();
    void run_posted();
    void log_failure(const std::exception& problem);

    std::shared_ptr<ServerShared> shared_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    boost::asio::steady_timer ticker_{context_};
    std::unordered_map<ServerConnection*, std::shared_ptr<ServerConnection>> connections_;
    std::array<std::uint8_t, 16U << 10U> scratch_;
    std::string date_;
    std::int64_t date_second_ = 0;
    bool finishing_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ended_ = false;                     // under mutex_
    std::vector<Task> posted_;               // under mutex_; when there is one, run_posted() is on its way
    std::vector<Task> running_;              // run_posted()'s
    std::atomic<std::thread::id> runner_{};  // thread_'s id, as soon as it runs
    std::thread thread_;
};

}  // namespace assay::net
