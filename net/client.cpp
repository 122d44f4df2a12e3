#include "net/client.hpp"

#include "net/connect_problem.hpp"
#include "net/dial.hpp"
#include "net/message_head.hpp"
#include "net/target.hpp"
#include "net/tls_stream.hpp"

#include <poll.h>

#include <algorithm>
#include <deque>

namespace assay::net {
namespace {

constexpr std::size_t max_fields = 64;
constexpr std::size_t max_tickets = 2;
constexpr std::size_t read_bytes = 16U << 10U;  // one TLS record
constexpr std::size_t joined_body_bytes = 16U << 10U;

using Tickets = std::deque<SslSessionPtr>;

SteadyTime after(std::chrono::milliseconds deadline) {
    return std::chrono::steady_clock::now() + deadline;
}

// SSL_CTX_sess_set_new_cb: 1 keeps the session.
int keep_ticket(SSL* ssl, SSL_SESSION* session) {
    auto* tickets = static_cast<Tickets*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    if (SSL_SESSION_is_resumable(session) != 1) return 0;
    tickets->emplace_back(session);
    if (tickets->size() > max_tickets) tickets->pop_front();
    return 1;
}

}  // namespace

struct Connection::State {
    const ClientConfig& config;
    Descriptor socket;
    TlsStream stream;
    std::array<std::uint8_t, 32> exporter{};
    bool resumed = false;
    bool open = true;
    std::string received = {};  // of the answer under way; empty between exchanges

    Error closed(std::string what) const { return {Errc::gone, config.url.authority(), std::move(what)}; }
    Error timed_out(std::string what) const { return {Errc::timed_out, config.url.authority(), std::move(what)}; }

    void close() {
        if (!open) return;
        open = false;
        stream.close();
        socket.reset();
    }

    // What came, appended to `received`; 0 bytes: nothing came yet.
    Result<std::size_t> receive_some();
    Result<void> check_idle();               // ends the connection where it has come to its end
    Result<void> receive(SteadyTime until);  // at least one byte
    // True: an answer came before everything was sent.
    Result<bool> send(std::string_view text, SteadyTime until);
    Result<Response> read_answer(bool is_head, SteadyTime until);
    Result<Response> exchange(const Request& request, SteadyTime until);
};

Result<std::size_t> Connection::State::receive_some() {
    std::array<std::uint8_t, read_bytes> buffer;
    const TlsIo io = stream.read(buffer);
    switch (io.status) {
        case TlsStatus::done: received.append(as_text(ByteView(buffer).first(io.bytes))); return io.bytes;
        case TlsStatus::want_read:
        case TlsStatus::want_write: return std::size_t{0};
        case TlsStatus::closed: return fail(closed("the server closed the connection"));
        case TlsStatus::failed: break;
    }
    if (wants_client_certificate(stream.error_code())) {
        return fail(
            Errc::denied, config.url.authority(),
            "the server does not accept this client's certificate: " + stream.error()
        );
    }
    return fail(closed("TLS failed: " + stream.error()));
}

Result<void> Connection::State::check_idle() {
    if (!open) return fail(closed("the connection has ended"));
    auto got = receive_some();
    if (got && *got == 0) return {};
    close();
    if (!got) return fail(std::move(got).error());
    return fail(Errc::bad_value, config.url.authority(), "an answer that nobody asked for");
}

Result<void> Connection::State::receive(SteadyTime until) {
    while (true) {
        TRY(const std::size_t got, receive_some());
        if (got > 0) return {};
        if (!wait_for(socket.get(), POLLIN, until)) return fail(timed_out("no answer in time"));
    }
}

Result<bool> Connection::State::send(std::string_view text, SteadyTime until) {
    while (!text.empty()) {
        const TlsIo io = stream.write(as_bytes(text));
        if (io.status == TlsStatus::done) {
            text.remove_prefix(io.bytes);
            continue;
        }
        // A refused or impatient server answers, or says why it closes, before it has read everything.
        TRY(const std::size_t got, receive_some());
        if (got > 0) return true;
        if (io.status == TlsStatus::closed || io.status == TlsStatus::failed) {
            return fail(closed("the server closed the connection while the request was sent"));
        }
        if (!wait_for(socket.get(), POLLIN | POLLOUT, until))
            return fail(timed_out("the request was not taken in time"));
    }
    return false;
}

Result<Response> Connection::State::read_answer(bool is_head, SteadyTime until) {
    std::size_t head_bytes = 0;
    std::size_t looked_at = 0;
    while ((head_bytes = head_size(as_bytes(received), looked_at)) == 0) {
        looked_at = received.size();
        if (received.size() > config.max_header_bytes) break;
        CHECK_OK(receive(until));
    }
    if (head_bytes == 0 || head_bytes > config.max_header_bytes) {
        return fail(Errc::limit_exceeded, config.url.authority(), "the answer's header is too large");
    }
    TRY(ResponseHead head, parse_response_head(as_bytes(received).first(head_bytes), max_fields));
    const std::size_t body_bytes = is_head ? 0 : head.content_length;
    if (body_bytes > config.max_body_bytes) {
        return fail(
            Errc::limit_exceeded, config.url.authority(),
            "the answer's body has " + std::to_string(body_bytes) + " bytes, over the limit of " +
                std::to_string(config.max_body_bytes)
        );
    }
    received.erase(0, head_bytes);
    while (received.size() < body_bytes) CHECK_OK(receive(until));
    if (received.size() > body_bytes) return fail(Errc::trailing_bytes, "answer", "goes on after its end");
    head.response.body = std::exchange(received, {});
    return std::move(head.response);
}

Result<Response> Connection::State::exchange(const Request& request, SteadyTime until) {
    const std::string target = encode_target(config.url.prefix + request.path, request.query);
    std::string head = write_request_head(request, target, config.url.authority(), config.user_agent);
    const bool joined = request.body.size() <= joined_body_bytes;
    if (joined) head += as_text(request.body);
    TRY(bool early, send(head, until));
    if (!early && !joined) {
        TRY(early, send(as_text(request.body), until));
    }
    TRY(Response response, read_answer(request.method == Method::head, until));
    if (early) response.close_after = true;
    return response;
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept {
    if (state_ && this != &other) state_->close();
    state_ = std::move(other.state_);
    return *this;
}
Connection::~Connection() {
    if (state_) state_->close();
}

Result<Response> Connection::exchange(const Request& request, std::chrono::milliseconds deadline) {
    CHECK_OK(state_->check_idle());
    auto response = state_->exchange(request, after(deadline));
    if (!response || response->close_after) state_->close();
    return response;
}

const std::array<std::uint8_t, 32>& Connection::exporter() const {
    return state_->exporter;
}

bool Connection::resumed() const {
    return state_->resumed;
}

bool Connection::usable() {
    return state_->check_idle().has_value();
}

struct Client::State {
    ClientConfig config;
    SslCtxPtr context;
    Tickets tickets = {};
    Resolver resolver = {};
    std::optional<ConnectProblem> problem = {};

    // The newest ticket whose server certificate is still valid: resuming does not look at it again.
    SslSessionPtr take_ticket() {
        while (!tickets.empty()) {
            SslSessionPtr ticket = std::move(tickets.back());
            tickets.pop_back();
            const X509* certificate = SSL_SESSION_get0_peer(ticket.get());
            if (certificate != nullptr && valid_at(certificate, config.clock())) return ticket;
        }
        return nullptr;
    }

    std::expected<std::unique_ptr<Connection::State>, ConnectProblem> connect();
};

std::expected<std::unique_ptr<Connection::State>, ConnectProblem> Client::State::connect() {
    const auto addresses = resolver.resolve(config.url, config.resolve_deadline);
    if (!addresses) return std::unexpected(problem_of(addresses.error(), config.url));
    auto socket = dial(*addresses, config.connect_deadline);
    if (!socket) return std::unexpected(problem_of(socket.error(), config.url));

    const SteadyTime until = after(config.handshake_deadline);
    const SslSessionPtr ticket = take_ticket();
    const std::string& host = config.server_name.empty() ? config.url.host : config.server_name;
    const int number = socket->get();
    auto stream = TlsStream::client(context.get(), number, host, config.clock(), ticket.get());
    while (true) {
        const TlsStatus status = stream.handshake();
        if (status == TlsStatus::done) break;
        if (status == TlsStatus::closed || status == TlsStatus::failed) {
            return std::unexpected(problem_of(stream, status, config));
        }
        if (!wait_for(number, status == TlsStatus::want_read ? POLLIN : POLLOUT, until)) {
            return std::unexpected(handshake_timeout(config.url));
        }
    }
    auto state = std::make_unique<Connection::State>(config, *std::move(socket), std::move(stream));
    state->exporter = state->stream.exporter();
    state->resumed = state->stream.resumed();
    return state;
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {
    SSL_CTX_set_app_data(state_->context.get(), &state_->tickets);
    SSL_CTX_sess_set_new_cb(state_->context.get(), &keep_ticket);
}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::create(ClientConfig config) {
    TRY(auto context, make_client_context({config.ca_pem, config.certificate_pem, config.key_pem}));
    return Client(std::make_unique<State>(std::move(config), std::move(context)));
}

Result<Connection> Client::connect() {
    state_->problem.reset();
    auto connected = state_->connect();
    if (connected) return Connection(*std::move(connected));
    state_->problem = std::move(connected).error();
    return fail(state_->problem->error);
}

const std::optional<ConnectProblem>& Client::problem() const {
    return state_->problem;
}

void Client::forget_tickets() {
    state_->tickets.clear();
}

const ClientConfig& Client::config() const {
    return state_->config;
}

}  // namespace assay::net
