#pragma once
// What the tests over real TLS share: a server on a free port whose service does what a test says, clients for it, and
// a peer that sends bytes of its own choice (tests/support/tls_peer.hpp).

#include "net/client.hpp"
#include "net/server.hpp"
#include "tests/support/test_ca.hpp"
#include "tests/support/tls_peer.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace assay::net::test {

using namespace std::chrono_literals;

// Long enough that only a hang reaches it.
inline constexpr std::chrono::milliseconds patience = assay::test::TlsPeer::patience;

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

using Peer = assay::test::TlsPeer;
using assay::test::status_of_answer;

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

}  // namespace assay::net::test
