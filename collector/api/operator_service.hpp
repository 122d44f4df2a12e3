#pragma once
// The service behind the operator's listener: the dashboard's files, and the operator's API
// (collector/api/operator_api.hpp) on work threads, so that no connection's loop waits for the store. A broken store
// answers 500 and is logged; the caller learns no more.

#include "base/log.hpp"
#include "collector/api/operator_api.hpp"
#include "collector/api/work_queue.hpp"
#include "collector/dashboard/asset.hpp"
#include "net/server.hpp"

#include <memory>

namespace assay::api {

class OperatorService final : public net::Service {
  public:
    // What `context` refers to, and the log, outlive the service, and the service outlives the server.
    OperatorService(
        OperatorContext context, std::span<const dashboard::Asset> assets, const Log& log, unsigned work_threads = 2,
        std::size_t work_waiting = 256
    );
    ~OperatorService() override;

    std::unique_ptr<net::Session> connected(const net::ConnectionInfo& info) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace assay::api
