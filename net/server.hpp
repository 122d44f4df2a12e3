#pragma once
// The HTTPS server: TLS 1.3 only, HTTP/1.1 with kept-alive connections, one request at a time on each. Everything a
// peer may send or delay has a limit here; whoever passes one is answered where that is possible, closed and counted.
// A connection lives on one of `threads` event loops, so a Session needs no lock against itself.
// It authenticates no device: that is the quote's work, over ConnectionInfo::exporter.

#include "base/crypto/hash.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "net/http.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace assay::net {

using Exporter = std::array<std::uint8_t, 32>;

struct ConnectionInfo {
    std::uint64_t id = 0;  // unique within the Server, never used again
    std::string peer;      // "192.0.2.7:40112", "[2001:db8::7]:40112"; through a configured proxy, what that proxy says
    // RFC 8446 7.5 exporter "EXPORTER-Channel-Binding" with an empty context (RFC 9266), taken after both Finished:
    // the client's end has the same 32 bytes, no other connection has them, resumed ones included.
    Exporter exporter{};
    bool resumed = false;
    Bytes client_certificate;  // DER of the verified leaf when a client CA is configured, else empty
};

// What a service keeps for one connection. All calls come from the connection's loop and must not block; the answer
// may come from elsewhere, later. A Session lives until its connection is closed and its pending Responder was called
// or dropped.
class Session {
  public:
    virtual ~Session() = default;

    // The head of a request, before its body is read (Request::body is empty): how many body bytes may follow, or the
    // answer that refuses it outright. More than that announced: 413. Refused with a body announced: closed after.
    virtual std::expected<std::size_t, Response> admit(const Request& head) = 0;

    // The next request is read after this one's answer was sent. The server sets the service no deadline: a Responder
    // that is kept and never called keeps its connection.
    virtual void handle(Request request, Responder responder) = 0;
};

// Called from every loop at once: implementations are thread-safe. Exceptions end the connection (500 where a request
// is pending) and are logged.
class Service {
  public:
    virtual ~Service() = default;
    // After the handshake. nullptr: the connection is closed.
    virtual std::unique_ptr<Session> connected(const ConnectionInfo& info) = 0;
};

// PEM from a file, read at start and at each reload(), or as text. Exactly one is set.
struct PemSource {
    std::filesystem::path file;
    std::string text;
    bool empty() const { return file.empty() && text.empty(); }
};

struct ServerLimits {
    std::size_t connections = 20'000;  // one more is closed at once
    std::size_t header_bytes = 8U << 10U;
    std::size_t header_fields = 64;
    std::uint64_t requests_per_connection = 100'000;
    std::chrono::milliseconds handshake{10'000};  // from accept to both Finished, a PROXY header included
    std::chrono::milliseconds header{10'000};     // from a request's first byte to its empty line
    std::chrono::milliseconds idle{75'000};       // between an answer and the next request's first byte
    // A body, and an answer being taken by the client: in every period of `grace` it makes progress at `rate` bytes a
    // second or comes to its end, or the connection is closed.
    std::chrono::milliseconds grace{5'000};
    std::size_t rate = 4U << 10U;
    std::chrono::milliseconds linger{1'000};  // how long a refused peer's bytes are drained, so that it sees why
};

struct ServerConfig {
    std::string name = "server";        // in log lines: "devices", "operators"
    std::string address = "127.0.0.1";  // an IPv4 or IPv6 address; "::" takes both
    std::uint16_t port = 0;             // 0: any free one; Server::port() tells
    PemSource certificate;              // chain, leaf first
    PemSource key;
    PemSource client_ca;  // set: clients need a certificate that leads to it
    // Session tickets: keys are made here, never leave this process, and are replaced after this time; a ticket can
    // resume for up to twice as long. 0: no tickets, no resumption.
    std::chrono::seconds ticket_key_lifetime{0};
    unsigned threads = 1;
    std::vector<std::string> proxies;  // addresses that must, and alone may, speak PROXY protocol v2 before TLS
    ServerLimits limits;
    Clock clock = system_now;  // for the Date header, and for client certificates of resumed connections
};

// Since start; read at any time from any thread.
struct ServerCounters {
    std::atomic<std::uint64_t> accepted{0};         // TCP connections taken
    std::atomic<std::uint64_t> rejected{0};         // over the limit of connections, or refused by the service
    std::atomic<std::uint64_t> open{0};             // now
    std::atomic<std::uint64_t> tls_failures{0};     // handshakes that failed; a bad PROXY header too
    std::atomic<std::uint64_t> handshakes{0};       // that succeeded
    std::atomic<std::uint64_t> resumed{0};          // of these
    std::atomic<std::uint64_t> timeouts{0};         // closed by a deadline or the rate, but for idle ones
    std::atomic<std::uint64_t> idle_closed{0};      //
    std::atomic<std::uint64_t> bad_requests{0};     // refused by the server itself: syntax, limits
    std::atomic<std::uint64_t> requests{0};         // given to a session
    std::atomic<std::uint64_t> dropped_answers{0};  // responders dropped, handlers that threw
    std::atomic<std::uint64_t> accept_errors{0};    // the system refused to give a connection, e.g. no descriptors left
};

class Server {
  public:
    // Listens and serves on return. `service` and `log` outlive the server and every Responder.
    // Errors: bad_value (address, PEM, key that does not fit), io_error (cannot read, cannot listen).
    static Result<Server> start(ServerConfig config, Service& service, const Log& log);

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    Server(Server&&) noexcept;
    Server& operator=(Server&&) = delete;
    ~Server();  // stop(0 ms)

    std::uint16_t port() const;
    const ServerCounters& counters() const;

    // Reads certificate, key and client CA again; connections made from now on use them. On an error the old ones
    // stay. Another client CA also ends all earlier tickets.
    Result<void> reload();

    // Takes no more connections, closes idle ones, lets pending requests be answered for at most `patience`, then
    // closes everything and joins its threads. Responders called after that do nothing. Idempotent.
    // Not from a Session's or Service's call.
    void stop(std::chrono::milliseconds patience);

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace assay::net
