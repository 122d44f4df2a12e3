#include "net/server.hpp"

#include "net/listener.hpp"
#include "net/tls_context.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace assay::net {
namespace {

constexpr std::size_t max_pem_bytes = 1U << 20U;

Result<std::string> read_pem(const PemSource& source, const std::string& where) {
    if (source.file.empty() == source.text.empty()) {
        return fail(Errc::bad_value, where, "needs either a file or a text");
    }
    if (source.file.empty()) return source.text;
    std::ifstream file(source.file, std::ios::binary);
    std::string text;
    text.resize(max_pem_bytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof() || file.bad()) {
        return fail(Errc::io_error, where, source.file.string() + " cannot be read, or is over 1 MiB");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

Result<SslCtxPtr> load_tls(const ServerConfig& config, TicketKeys* tickets) {
    TRY(const std::string certificate, read_pem(config.certificate, "certificate"));
    TRY(const std::string key, read_pem(config.key, "key"));
    std::string client_ca;
    if (!config.client_ca.empty()) {
        TRY(client_ca, read_pem(config.client_ca, "client_ca"));
    }
    return make_server_context({
        .certificate_pem = certificate,
        .key_pem = key,
        .client_ca_pem = client_ca,
        .name = config.name,
        .tickets = tickets,
    });
}

}  // namespace

struct Server::State {
    std::shared_ptr<ServerShared> shared;
    std::optional<TicketKeys> tickets = {};
    std::vector<std::shared_ptr<Loop>> loops = {};
    std::shared_ptr<Listener> listener = {};

    TicketKeys* ticket_keys() { return tickets ? &*tickets : nullptr; }
    Result<void> open();
    void start();
    void stop(std::chrono::milliseconds patience);
};

Result<void> Server::State::open() {
    const ServerConfig& config = shared->config;
    if (config.ticket_key_lifetime > std::chrono::seconds(0))
        tickets.emplace(config.ticket_key_lifetime, system_random);
    TRY(SslCtxPtr tls, load_tls(config, ticket_keys()));
    for (unsigned i = 0; i < std::max(config.threads, 1U); ++i) loops.push_back(std::make_shared<Loop>(shared));
    listener = std::make_shared<Listener>(shared, loops);
    CHECK_OK(listener->open());
    listener->use(std::move(tls));
    return {};
}

void Server::State::start() {
    listener->start();
    for (const auto& loop : loops) loop->start();
}

void Server::State::stop(std::chrono::milliseconds patience) {
    const auto until = Loop::Time::clock::now() + patience;
    loops.front()->post([listening = listener] { listening->close(); });
    for (const auto& loop : loops) loop->post([loop] { loop->finish(); });
    for (const auto& loop : loops) {
        if (!loop->ended_by(until)) loop->post([loop] { loop->abort(); });
    }
    for (const auto& loop : loops) loop->join();
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;
Server::~Server() {
    if (state_) state_->stop(std::chrono::milliseconds(0));
}

Result<Server> Server::start(ServerConfig config, Service& service, const Log& log) {
    auto state = std::make_unique<State>(std::make_shared<ServerShared>(std::move(config), service, log));
    CHECK_OK(state->open());
    state->start();
    return Server(std::move(state));
}

std::uint16_t Server::port() const {
    return state_->listener->port();
}

const ServerCounters& Server::counters() const {
    return state_->shared->counters;
}

Result<void> Server::reload() {
    TRY(SslCtxPtr tls, load_tls(state_->shared->config, state_->ticket_keys()));
    state_->listener->use(std::move(tls));
    return {};
}

void Server::stop(std::chrono::milliseconds patience) {
    state_->stop(patience);
}

}  // namespace assay::net
