#include "collector/api/device_service.hpp"

#include "collector/api/device_session.hpp"

namespace assay::api {

struct DeviceService::State {
    DeviceShared shared;
};

DeviceService::DeviceService(
    DeviceServiceConfig config, store::Store& store, const Rules& rules, Clock clock, RandomSource random,
    const Log& log
) {
    const unsigned threads = config.work_threads;
    const std::size_t waiting = config.work_waiting;
    state_.reset(new State{
        {config,
         store,
         rules,
         std::move(clock),
         std::move(random),
         log,
         AttemptLog(store),
         BootLogs(config.boot_log_bytes),
         DeviceSession::routes(),
         {0},
         {threads, waiting}}
    });
}

// What a work thread or the writer still does for a session looks at what they share.
DeviceService::~DeviceService() {
    state_->shared.queue.close();
    try {
        state_->shared.store.write([](store::Database&) {});
    } catch (const std::exception& exception) {
        state_->shared.log.error("store_failed", {{"why", exception.what()}});
    }
}

std::unique_ptr<net::Session> DeviceService::connected(const net::ConnectionInfo& info) {
    return std::make_unique<DeviceSession>(state_->shared, info);
}

}  // namespace assay::api
