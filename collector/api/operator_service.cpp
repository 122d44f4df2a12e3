#include "collector/api/operator_service.hpp"

#include <exception>

namespace assay::api {

struct OperatorService::State {
    OperatorApi api;
    const Log& log;
    WorkQueue queue;  // last: its threads end first
};

namespace {

net::Response broken() {
    return net::error_response(500, {Errc::io_error, "", "the collector could not finish its own work; see its log"});
}

class OperatorSession final : public net::Session {
  public:
    OperatorSession(const OperatorApi& api, const Log& log, WorkQueue& queue, std::string peer)
        : api_(api), log_(log), queue_(queue), peer_(std::move(peer)) {}

    std::expected<std::size_t, net::Response> admit(const net::Request& head) override {
        try {
            return api_.admit(head);
        } catch (const std::exception& error) {
            note(head, error);
            return std::unexpected(broken());
        }
    }

    void handle(net::Request request, net::Responder responder) override {
        auto held = std::make_shared<net::Responder>(std::move(responder));
        WorkQueue::Task task = [this, request = std::move(request), held] { (*held)(work(request)); };
        if (queue_.post(task)) return;
        (*held)(net::error_response(503, {Errc::limit_exceeded, "", "too many requests are waiting: try again"}));
    }

  private:
    net::Response work(const net::Request& request) {
        try {
            return api_.answer(request);
        } catch (const std::exception& error) {
            note(request, error);
            return broken();
        }
    }
    void note(const net::Request& request, const std::exception& error) const {
        log_.error(
            "operator_request_failed", {{"method", std::string(net::name(request.method))},
                                        {"path", request.path},
                                        {"peer", peer_},
                                        {"what", error.what()}}
        );
    }

    const OperatorApi& api_;
    const Log& log_;
    WorkQueue& queue_;
    std::string peer_;
};

}  // namespace

OperatorService::OperatorService(
    OperatorContext context, const Log& log, unsigned work_threads, std::size_t work_waiting
)
    : state_(new State{OperatorApi(std::move(context)), log, {work_threads, work_waiting}}) {}

OperatorService::~OperatorService() = default;

std::unique_ptr<net::Session> OperatorService::connected(const net::ConnectionInfo& info) {
    return std::make_unique<OperatorSession>(state_->api, state_->log, state_->queue, info.peer);
}

}  // namespace assay::api
