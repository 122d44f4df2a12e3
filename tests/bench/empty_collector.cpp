#include "tests/bench/empty_collector.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "evidence/messages.hpp"
#include "tests/bench/processor.hpp"

#include <stdexcept>
#include <thread>

namespace assay::bench {
namespace {

class BelievingSession : public net::Session {
  public:
    std::expected<std::size_t, net::Response> admit(const net::Request&) override { return limits::message_bytes; }

    void handle(net::Request request, net::Responder responder) override {
        net::Response response;
        if (request.path == "/v1/challenge") {
            response.body = encode_challenge({{}, select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14})});
        } else if (const auto report = decode_report(as_text(request.body)); report) {
            response.body = "{\"accepted\":\"" + to_hex(sha256(report->quote)) + "\"}";
        } else {
            response = net::error_response(report.error());
        }
        responder(std::move(response));
    }
};

}  // namespace

class EmptyCollector::Service : public net::Service {
  public:
    std::unique_ptr<net::Session> connected(const net::ConnectionInfo&) override {
        return std::make_unique<BelievingSession>();
    }
};

EmptyCollector::EmptyCollector(unsigned processor)
    : service_(std::make_unique<Service>()), log_(system_now, Log::standard_error()) {
    const test::Leaf leaf = ca_.localhost();
    net::ServerConfig config;
    config.certificate.text = leaf.certificate_pem;
    config.key.text = leaf.key_pem;
    std::string problem;
    // The server's threads stay where the thread that starts them runs.
    std::thread starter([this, processor, &config, &problem] {
        run_on(processor);
        auto server = net::Server::start(std::move(config), *service_, log_);
        if (server) {
            server_ = std::make_unique<net::Server>(*std::move(server));
        } else {
            problem = server.error().message();
        }
    });
    starter.join();
    if (!server_) throw std::runtime_error("server: " + problem);
}

EmptyCollector::~EmptyCollector() = default;

std::string EmptyCollector::url() const {
    return "https://localhost:" + std::to_string(server_->port());
}

}  // namespace assay::bench
