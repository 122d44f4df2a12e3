#pragma once
// What the tests over real TLS share: a server on a free port whose service does what a test says, clients for it, and
// a peer that sends bytes of its own choice.

#include "net/client.hpp"
#include "net/descriptor.hpp"
#include "net/server.hpp"
#include "net/tls_stream.hpp"
#include "tests/support/test_ca.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace assay::net::test {

using namespace std::chrono_literals;

// Long enough that only a hang reaches it.
inline constexpr std::chrono::milliseconds patience = 20s;

class ScriptedService : public Service {
  public:
    std::function<std::expected<std::size_t, Response>(const Request&)> on_admit = [](const Request&) {
        return std::size_t{1000};
    };
    // Default: 200 and the body back, or the path where there is none.
    std::function<void(Request, Responder)> on_request = &ScriptedService::echo;
    bool refuses = false;

    std::unique_ptr<Session> connected(const ConnectionInfo& info) override;
    std::vector<ConnectionInfo> connections() const;
    ConnectionInfo last_connection() const { return connections().back(); }
    std::size_t live_sessions() const { return live_.load(); }

    static void echo(Request request, Responder responder);

  private:
    friend class ScriptedSession;
    mutable std::mutex mutex_;
    std::vector<ConnectionInfo> connections_;
    std::atomic<std::size_t> live_{0};
};

// Bytes sent as they are, over TLS or plain TCP. Reads and writes block, until `patience` at most.
class Peer {
  public:
    // Plain TCP to a port of this machine.
    explicit Peer(std::uint16_t port);
    // The same with TLS on top; `ca_pem` is trusted.
    Peer(std::uint16_t port, const std::string& ca_pem);

    void send(std::string_view bytes);
    // False: the other end has closed.
    bool try_send(std::string_view bytes);
    std::string read_until(std::string_view end);  // or until closed
    std::string read_all();                        // until closed
    int number() const { return socket_.get(); }

  private:
    bool read_more(std::string& into);
    Descriptor socket_;
    SslCtxPtr context_;
    std::optional<TlsStream> stream_;
};

struct Rig {
    explicit Rig(const std::function<void(ServerConfig&)>& change = {});
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;
    Rig(Rig&&) = delete;
    Rig& operator=(Rig&&) = delete;
    ~Rig() {
        if (server) server->stop(0ms);
    }

    ClientConfig client_config() const;
    Client client() const;
    Peer peer() const { return {server->port(), ca.certificate_pem()}; }
    // One exchange over one new connection of a new client.
    Result<Response> ask(const Request& request) const;
    void wait_for(const std::function<bool()>& condition) const;  // or fail the test

    assay::test::TestCa ca;
    ScriptedService service;
    Log log;
    std::optional<Server> server;
};

// connect() and exchange() that fail the test with what they said.
Connection open(Client& client);
Response ask(Connection& connection, const Request& request);

Request get(std::string path);
Request post(std::string path, std::string_view body);
unsigned status_of_answer(std::string_view answer);  // 0: it is none

}  // namespace assay::net::test
