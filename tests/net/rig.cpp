#include "tests/net/rig.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <thread>

namespace assay::net::test {

class ScriptedSession : public Session {
  public:
    explicit ScriptedSession(ScriptedService& service) : service_(service) { ++service_.live_; }
    ScriptedSession(const ScriptedSession&) = delete;
    ScriptedSession& operator=(const ScriptedSession&) = delete;
    ScriptedSession(ScriptedSession&&) = delete;
    ScriptedSession& operator=(ScriptedSession&&) = delete;
    ~ScriptedSession() override { --service_.live_; }
    std::expected<std::size_t, Response> admit(const Request& head) override { return service_.on_admit(head); }
    void handle(Request request, Responder responder) override {
        service_.on_request(std::move(request), std::move(responder));
    }

  private:
    ScriptedService& service_;
};

std::unique_ptr<Session> ScriptedService::connected(const ConnectionInfo& info) {
    const std::lock_guard lock(mutex_);
    connections_.push_back(info);
    if (refuses) return nullptr;
    return std::make_unique<ScriptedSession>(*this);
}

std::vector<ConnectionInfo> ScriptedService::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

void ScriptedService::echo(Request request, Responder responder) {
    Response response;
    response.body = request.body.empty() ? request.path : to_text(request.body);
    responder(std::move(response));
}

Rig::Rig(const std::function<void(ServerConfig&)>& change) : log(system_now, [](std::string_view) {}) {
    const assay::test::Leaf leaf = ca.localhost();
    ServerConfig config;
    config.certificate.text = leaf.certificate_pem;
    config.key.text = leaf.key_pem;
    if (change) change(config);
    auto started = Server::start(std::move(config), service, log);
    if (!started) throw std::runtime_error(started.error().message());
    server.emplace(*std::move(started));
}

ClientConfig Rig::client_config() const {
    ClientConfig config;
    config.url = *parse_url("https://127.0.0.1:" + std::to_string(server->port()));
    config.ca_pem = ca.certificate_pem();
    return config;
}

Client Rig::client() const {
    return *Client::create(client_config());
}

Result<Response> Rig::ask(const Request& request) const {
    Client one = client();
    auto connection = one.connect();
    if (!connection) return fail(connection.error());
    return connection->exchange(request, patience);
}

void Rig::wait_for(const std::function<bool()>& condition) const {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        REQUIRE(std::chrono::steady_clock::now() < until);
        std::this_thread::sleep_for(1ms);
    }
}

Connection open(Client& client) {
    auto connection = client.connect();
    if (!connection) throw std::runtime_error(connection.error().message());
    return *std::move(connection);
}

Response ask(Connection& connection, const Request& request) {
    auto response = connection.exchange(request, patience);
    if (!response) throw std::runtime_error(response.error().message());
    return *std::move(response);
}

Request get(std::string path) {
    Request request;
    request.path = std::move(path);
    return request;
}

Request post(std::string path, std::string_view body) {
    Request request;
    request.method = Method::post;
    request.path = std::move(path);
    request.body = to_bytes(body);
    return request;
}

}  // namespace assay::net::test
