#include "collector/api/operator_service.hpp"

#include "collector/api/operator_headers.hpp"

#include <exception>

namespace assay::api {

struct OperatorService::State {
    std::span<const dashboard::Asset> assets;
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
    OperatorSession(
        std::span<const dashboard::Asset> assets, const OperatorApi& api, const Log& log, WorkQueue& queue,
        std::string peer
    )
        : assets_(assets), api_(api), log_(log), queue_(queue), peer_(std::move(peer)) {}

    std::expected<std::size_t, net::Response> admit(const net::Request& head) override {
        if (dashboard::is_read_of_page(head)) return 0;
        try {
            auto admitted = api_.admit(head);
            if (!admitted) return std::unexpected(with_browser_rules(std::move(admitted.error())));
            return admitted;
        } catch (const std::exception& error) {
            note(head, error);
            return std::unexpected(with_browser_rules(broken()));
        }
    }

    void handle(net::Request request, net::Responder responder) override {
        if (auto file = dashboard::answer(assets_, request)) {
            responder(with_browser_rules(*std::move(file)));
            return;
        }
        auto held = std::make_shared<net::Responder>(std::move(responder));
        WorkQueue::Task task = [this, request = std::move(request), held] {
            (*held)(with_browser_rules(work(request)));
        };
        if (queue_.post(task)) return;
        (*held)(with_browser_rules(
            net::error_response(503, {Errc::limit_exceeded, "", "too many requests are waiting: try again"})
        ));
    }

  private:
    net::Response work(const net::Request& request) {
        try {
            return api_.answer(request, peer_);
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

    std::span<const dashboard::Asset> assets_;
    const OperatorApi& api_;
    const Log& log_;
    WorkQueue& queue_;
    std::string peer_;
};

}  // namespace

OperatorService::OperatorService(
    OperatorContext context, std::span<const dashboard::Asset> assets, const Log& log, unsigned work_threads,
    std::size_t work_waiting
)
    : state_(new State{assets, OperatorApi(std::move(context)), log, {work_threads, work_waiting}}) {}

OperatorService::~OperatorService() = default;

std::unique_ptr<net::Session> OperatorService::connected(const net::ConnectionInfo& info) {
    return std::make_unique<OperatorSession>(state_->assets, state_->api, state_->log, state_->queue, info.peer);
}

}  // namespace assay::api
