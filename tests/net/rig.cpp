#include "tests/net/rig.hpp"

#include "net/dial.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

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

Peer::Peer(std::uint16_t port) {
    Resolver resolver;
    const auto addresses = resolver.resolve({.host = "127.0.0.1", .is_address = true, .port = port}, patience);
    if (!addresses) throw std::runtime_error(addresses.error().what);
    auto socket = dial(*addresses, patience);
    if (!socket) throw std::runtime_error(socket.error().what);
    socket_ = *std::move(socket);
}

Peer::Peer(std::uint16_t port, const std::string& ca_pem) : Peer(port) {
    context_ = *make_client_context({.ca_pem = ca_pem});
    stream_ = TlsStream::client(context_.get(), number(), "localhost", system_now(), nullptr);
    TlsStatus status = stream_->handshake();
    while (status == TlsStatus::want_read) {
        wait_for(number(), POLLIN, std::chrono::steady_clock::now() + patience);
        status = stream_->handshake();
    }
    if (status != TlsStatus::done) throw std::runtime_error("handshake: " + stream_->error());
}

bool Peer::try_send(std::string_view bytes) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!bytes.empty()) {
        if (stream_) {
            const TlsIo io = stream_->write(as_bytes(bytes));
            if (io.status == TlsStatus::closed || io.status == TlsStatus::failed) return false;
            bytes.remove_prefix(io.status == TlsStatus::done ? io.bytes : 0);
        } else {
            const ssize_t sent = ::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) return false;
            bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
        }
        if (!bytes.empty() && !wait_for(number(), POLLOUT, until)) return false;
    }
    return true;
}

void Peer::send(std::string_view bytes) {
    REQUIRE(try_send(bytes));
}

bool Peer::read_more(std::string& into) {
    std::array<std::uint8_t, 4096> buffer;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
        if (stream_) {
            const TlsIo io = stream_->read(buffer);
            if (io.status == TlsStatus::closed || io.status == TlsStatus::failed) return false;
            if (io.status == TlsStatus::done) {
                into += as_text(ByteView(buffer).first(io.bytes));
                return true;
            }
        } else {
            const ssize_t got = ::recv(number(), buffer.data(), buffer.size(), 0);
            if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
            if (got > 0) {
                into += as_text(ByteView(buffer).first(static_cast<std::size_t>(got)));
                return true;
            }
        }
        REQUIRE(wait_for(number(), POLLIN, until));
    }
}

std::string Peer::read_until(std::string_view end) {
    std::string text;
    while (text.find(end) == std::string::npos && read_more(text)) {
    }
    return text;
}

std::string Peer::read_all() {
    std::string text;
    while (read_more(text)) {
    }
    return text;
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

unsigned status_of_answer(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
    return static_cast<unsigned>((answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0'));
}

}  // namespace assay::net::test
