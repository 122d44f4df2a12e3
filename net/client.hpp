#pragma once
// The HTTPS client of the agent and the operator's command: TLS 1.3 to a server that the configured CA, and no other,
// vouches for. Blocking, each step with a deadline. A Client and its connections belong to one thread; the Client
// outlives them. It follows no redirect, uses no proxy and reads nothing from the environment.
// Idle connections hold no buffers.

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "net/url.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay::net {

struct ClientConfig {
    Url url;                      // its prefix stands before every request's path
    std::string ca_pem;           // one or more certificates: exactly these are trusted
    std::string server_name;      // the name that the certificate must carry; empty: the URL's host
    std::string certificate_pem;  // chain, leaf first; with key_pem, or both empty
    std::string key_pem;
    std::string user_agent = "assay/" ASSAY_VERSION;
    std::chrono::milliseconds resolve_deadline{10'000};
    std::chrono::milliseconds connect_deadline{10'000};
    std::chrono::milliseconds handshake_deadline{10'000};
    std::size_t max_header_bytes = 16U << 10U;
    std::size_t max_body_bytes = 16U << 20U;  // of an answer
    Clock clock = system_now;                 // what certificates' validity is judged by
};

// Why connect() failed, for `doctor` and for the log.
enum class ConnectFailure {
    name_not_found,
    refused,      // nobody listens on that port
    unreachable,  // no route, or the network is down
    timed_out,
    closed,            // during the handshake
    not_tls,           // what answered does not speak TLS
    no_tls13,          // it speaks TLS, but not 1.3
    untrusted_issuer,  // the certificate does not lead to the configured CA: another CA, or interception on the way
    wrong_host,
    expired,
    not_yet_valid,  // often this machine's clock
    bad_certificate,
    other,
};
std::string_view word(ConnectFailure failure);

struct ConnectProblem {
    ConnectFailure failure = ConnectFailure::other;
    Error error;  // what connect() returned: a sentence to act on
    // Of the certificate that the server presented (not verified!), where it came that far.
    std::string subject;
    std::string issuer;
    std::optional<UnixMillis> not_before;
    std::optional<UnixMillis> not_after;
};

class Connection {
  public:
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();  // sends close_notify, waits for nothing

    // Sends the request and waits for the whole answer until `deadline` has passed. Any error ends the connection.
    // Errors: timed_out; gone (closed by the server, before or amid its answer); limit_exceeded (answer too large);
    // bad_value (not HTTP/1.1 as this client speaks it); denied (the server wants a client certificate).
    // Answers with a status of 400 and above are answers, not errors.
    Result<Response> exchange(const Request& request, std::chrono::milliseconds deadline);

    // The other end's ConnectionInfo::exporter.
    const std::array<std::uint8_t, 32>& exporter() const;
    bool resumed() const;
    // False once it is known to be closed; true is no promise. Does not block.
    bool usable();

  private:
    friend class Client;
    struct State;
    explicit Connection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class Client {
  public:
    // Errors (bad_value): a PEM that is not one, a key that does not fit its certificate.
    static Result<Client> create(ClientConfig config);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    // Resolves, connects, shakes hands; resumes with a ticket of an earlier connection where there is one.
    Result<Connection> connect();
    // Of the last connect(), when it failed.
    const std::optional<ConnectProblem>& problem() const;

    // Tickets live in memory, in this Client only.
    void forget_tickets();
    const ClientConfig& config() const;

  private:
    struct State;
    explicit Client(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace assay::net
