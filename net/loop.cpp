#include "net/loop.hpp"

#include "net/message_head.hpp"
#include "net/server_connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <vector>

namespace assay::net {
namespace {

// A quarter of the shortest deadline: nothing is late by more than that.
std::chrono::milliseconds tick_interval(const ServerLimits& limits) {
    const auto shortest = std::min({limits.handshake, limits.header, limits.idle, limits.grace, limits.linger});
    return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

}  // namespace

Loop::Loop(std::shared_ptr<ServerShared> shared) : shared_(std::move(shared)) {}

void Loop::start() {
    thread_ = std::thread(&Loop::run, this);
}

bool Loop::ended_by(Time until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, until, [this] { return ended_; });
}

void Loop::join() {
    if (thread_.joinable()) thread_.join();
}

void Loop::run() {
    runner_ = std::this_thread::get_id();
    while (true) {
        try {
            context_.run();
            break;
        } catch (const std::exception& problem) {  // connections catch their own; this is the last resort
            log_failure(problem);
        }
    }
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    context_.restart();
    context_.poll();  // what was posted in between finds its connection closed
}

bool Loop::post(Task task) {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    posted_.push_back(std::move(task));
    // Many answers come at once, after a commit: the loop is woken once for all of them.
    if (posted_.size() == 1) boost::asio::post(context_, [this] { run_posted(); });
    return true;
}

void Loop::run_posted() {
    {
        const std::lock_guard lock(mutex_);
        running_.swap(posted_);
    }
    for (Task& task : running_) {
        try {
            task();
        } catch (const std::exception& problem) {  // as in run(): the others still have their turn
            log_failure(problem);
        }
    }
    running_.clear();
}

void Loop::log_failure(const std::exception& problem) {
    shared_->log.error("loop_failed", {{"listener", shared_->config.name}, {"what", problem.what()}});
}

void Loop::add(const std::shared_ptr<ServerConnection>& connection) {
    connections_.emplace(connection.get(), connection);
    if (connections_.size() == 1) tick();
}

void Loop::remove(ServerConnection& connection) {
    if (connections_.erase(&connection) != 0) shared_->counters.open.fetch_sub(1);
    end_if_empty();
}

void Loop::tick() {
    if (connections_.empty()) return;
    const Time now = Time::clock::now();
    std::vector<std::shared_ptr<ServerConnection>> late;
    for (const auto& [raw, connection] : connections_) {
        if (connection->is_late(now)) late.push_back(connection);
    }
    for (const auto& connection : late) connection->time_out();
    ticker_.expires_after(tick_interval(shared_->config.limits));
    ticker_.async_wait([self = shared_from_this()](boost::system::error_code code) {
        if (!code) self->tick();
    });
}

std::vector<std::shared_ptr<ServerConnection>> Loop::all() const {
    std::vector<std::shared_ptr<ServerConnection>> connections;
    connections.reserve(connections_.size());
    for (const auto& [raw, connection] : connections_) connections.push_back(connection);
    return connections;
}

void Loop::finish() {
    finishing_ = true;
    for (const auto& connection : all()) connection->close_if_idle();
    end_if_empty();
}

void Loop::abort() {
    finishing_ = true;
    for (const auto& connection : all()) connection->close();
    end_if_empty();
}

void Loop::end_if_empty() {
    if (!finishing_ || !connections_.empty()) return;
    ticker_.cancel();
    work_.reset();
}

const std::string& Loop::date() {
    const std::int64_t second = shared_->config.clock().value / 1000;
    if (second != date_second_ || date_.empty()) {
        date_ = http_date(second);
        date_second_ = second;
    }
    return date_;
}

}  // namespace assay::net
