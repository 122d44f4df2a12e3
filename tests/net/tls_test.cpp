// The handshake between this room's client and server over loopback: who is trusted, what is bound, what is resumed.
#include "tests/net/rig.hpp"

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <set>
#include <thread>

using namespace assay;
using namespace assay::net;
using namespace assay::net::test;
using assay::test::LeafSpec;
using assay::test::TestCa;

namespace {

void with_tickets(ServerConfig& config) {
    config.ticket_key_lifetime = 1h;
}

// A server certificate made to order, and what a client that trusts its CA says of it.
ConnectProblem problem_with(const LeafSpec& spec) {
    const TestCa ca;
    const auto leaf = ca.issue(spec);
    const Rig rig([&leaf](ServerConfig& config) {
        config.certificate.text = leaf.certificate_pem;
        config.key.text = leaf.key_pem;
    });
    ClientConfig config = rig.client_config();
    config.ca_pem = ca.certificate_pem();
    Client client = *Client::create(std::move(config));
    const auto connection = client.connect();
    REQUIRE(!connection);
    REQUIRE(client.problem());
    CHECK(client.problem()->error.message() == connection.error().message());
    return *client.problem();
}

// One exchange on a new connection; whether that was resumed.
bool use(Client& client) {
    Connection connection = open(client);
    ask(connection, get("/"));
    return connection.resumed();
}

LeafSpec for_loopback() {
    LeafSpec spec;
    spec.addresses = {"127.0.0.1"};
    return spec;
}

}  // namespace

TEST_SUITE("tls") {
    TEST_CASE("a request is answered over TLS, and again on the same connection") {
        const Rig rig;
        Client client = rig.client();
        Connection connection = open(client);
        const Response first = ask(connection, get("/v1/a b"));
        CHECK(first.status == 200);
        CHECK(first.body == "/v1/a b");
        CHECK(first.headers.find("date") != nullptr);
        CHECK(ask(connection, post("/v1/x", "hello")).body == "hello");
        CHECK(connection.usable());
        CHECK(rig.service.connections().size() == 1);
        CHECK(rig.service.last_connection().peer.starts_with("127.0.0.1:"));
    }

    TEST_CASE("both ends have the same exporter, and no two connections share one, resumed or not") {
        const Rig rig(&with_tickets);
        Client client = rig.client();
        std::set<Exporter> seen;
        for (int i = 0; i < 4; ++i) {
            CAPTURE(i);
            Connection connection = open(client);
            ask(connection, get("/"));
            const ConnectionInfo info = rig.service.last_connection();
            CHECK(info.exporter == connection.exporter());
            CHECK(info.exporter != Exporter{});
            CHECK(info.resumed == (i > 0));
            CHECK(connection.resumed() == (i > 0));
            seen.insert(info.exporter);
        }
        CHECK(seen.size() == 4);
        CHECK(rig.server->counters().resumed == 3);
    }

    TEST_CASE("a listener without tickets never resumes") {
        const Rig rig;
        Client client = rig.client();
        for (int i = 0; i < 3; ++i) {
            Connection connection = open(client);
            ask(connection, get("/"));
            CHECK(!connection.resumed());
            CHECK(!rig.service.last_connection().resumed);
        }
        CHECK(rig.server->counters().resumed == 0);
    }

    TEST_CASE("tickets can be forgotten, and a new client has none") {
        const Rig rig(&with_tickets);
        Client client = rig.client();
        use(client);
        client.forget_tickets();
        CHECK(!open(client).resumed());
        Client other = rig.client();
        CHECK(!open(other).resumed());
    }

    TEST_CASE("a ticket is not used when the certificate it stands for has expired by the client's clock") {
        const Rig rig(&with_tickets);
        UnixMillis now = system_now();
        ClientConfig config = rig.client_config();
        config.clock = [&now] { return now; };
        Client client = *Client::create(std::move(config));
        use(client);
        now = now + 48h;
        const auto connection = client.connect();
        REQUIRE(!connection);
        CHECK(client.problem()->failure == ConnectFailure::expired);
    }

    TEST_CASE("TLS 1.2 is refused by the server") {
        const Rig rig;
        Peer peer(rig.server->port());
        const SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
        auto stream = TlsStream::client(context.get(), peer.number(), "localhost", system_now(), nullptr);
        TlsStatus status = stream.handshake();
        for (int i = 0; i < 1000 && status == TlsStatus::want_read; ++i) {
            std::this_thread::sleep_for(1ms);
            status = stream.handshake();
        }
        CHECK(status == TlsStatus::failed);
        CHECK(stream.error().find("protocol version") != std::string::npos);
        rig.wait_for([&rig] { return rig.server->counters().tls_failures == 1; });
        CHECK(rig.service.connections().empty());
    }

    TEST_CASE("a certificate of another CA is refused, and both its names are told") {
        const Rig rig;
        ClientConfig config = rig.client_config();
        config.ca_pem = TestCa("Somebody Else").certificate_pem();
        Client client = *Client::create(std::move(config));
        const auto connection = client.connect();
        REQUIRE(!connection);
        CHECK(connection.error().code == Errc::denied);
        CHECK(client.problem()->failure == ConnectFailure::untrusted_issuer);
        CHECK(client.problem()->subject == "CN=localhost");
        CHECK(client.problem()->issuer == "CN=Assay test CA");
        CHECK(connection.error().what.find("CN=Assay test CA") != std::string::npos);
        rig.wait_for([&rig] { return rig.server->counters().tls_failures == 1; });
    }

    TEST_CASE("another CA of the same name is another CA") {
        const Rig rig;
        ClientConfig config = rig.client_config();
        config.ca_pem = TestCa().certificate_pem();
        Client client = *Client::create(std::move(config));
        CHECK(!client.connect());
        CHECK(client.problem()->failure == ConnectFailure::untrusted_issuer);
    }

    TEST_CASE("the system's CAs are not trusted: only the configured certificates are") {
        // The leaf itself may be the anchor; a CA that did not issue it may not.
        const TestCa ca;
        const auto leaf = ca.localhost();
        const Rig rig([&leaf](ServerConfig& config) {
            config.certificate.text = leaf.certificate_pem;
            config.key.text = leaf.key_pem;
        });
        ClientConfig config = rig.client_config();
        config.ca_pem = leaf.certificate_pem;
        Client pinned = *Client::create(config);
        CHECK(pinned.connect());
        config.ca_pem = rig.ca.certificate_pem();
        Client other = *Client::create(config);
        CHECK(!other.connect());
    }

    TEST_CASE("a certificate for another name is refused") {
        LeafSpec spec;
        spec.dns_names = {"localhost", "other.example"};
        const ConnectProblem problem = problem_with(spec);
        CHECK(problem.failure == ConnectFailure::wrong_host);
        CHECK(problem.error.what.find("127.0.0.1") != std::string::npos);
        LeafSpec common_name_only;
        common_name_only.common_name = "127.0.0.1";
        CHECK(problem_with(common_name_only).failure == ConnectFailure::wrong_host);
    }

    TEST_CASE("the name to expect can be set apart from the address to connect to") {
        const Rig rig;
        ClientConfig config = rig.client_config();
        config.server_name = "localhost";
        Client client = *Client::create(config);
        CHECK(client.connect());
        config.server_name = "collector.example";
        Client other = *Client::create(config);
        CHECK(!other.connect());
        CHECK(other.problem()->failure == ConnectFailure::wrong_host);
    }

    TEST_CASE("an expired certificate and one of the future are told apart") {
        LeafSpec old = for_loopback();
        old.not_before = -2h;
        old.not_after = -1h;
        const ConnectProblem expired = problem_with(old);
        CHECK(expired.failure == ConnectFailure::expired);
        CHECK(expired.error.what.find(to_rfc3339(*expired.not_after)) != std::string::npos);
        LeafSpec coming = for_loopback();
        coming.not_before = 1h;
        coming.not_after = 2h;
        CHECK(problem_with(coming).failure == ConnectFailure::not_yet_valid);
    }

    TEST_CASE("a client's certificate does not make a server") {
        LeafSpec spec = for_loopback();
        spec.for_client = true;
        CHECK(problem_with(spec).failure == ConnectFailure::bad_certificate);
    }

    TEST_CASE("with a client CA, only clients that it vouches for come in") {
        const TestCa clients("Clients");
        const Rig rig([&clients](ServerConfig& config) {
            config.client_ca.text = clients.certificate_pem();
            config.ticket_key_lifetime = 1h;
        });
        const auto answer_to = [&rig](const assay::test::Leaf& leaf) {
            ClientConfig config = rig.client_config();
            config.certificate_pem = leaf.certificate_pem;
            config.key_pem = leaf.key_pem;
            Client client = *Client::create(std::move(config));
            auto connection = client.connect();  // done at the client before the server has looked
            if (!connection) return Result<Response>(fail(connection.error()));
            return connection->exchange(get("/"), patience);
        };
        LeafSpec spec;
        spec.common_name = "device 7";
        spec.for_client = true;

        const auto none = answer_to({});
        REQUIRE(!none);
        CHECK(none.error().code == Errc::denied);
        const auto stranger = answer_to(TestCa("Strangers").issue(spec));
        REQUIRE(!stranger);
        CHECK(stranger.error().code == Errc::denied);
        LeafSpec old = spec;
        old.not_after = -1s;
        CHECK(!answer_to(clients.issue(old)));
        CHECK(!answer_to(clients.localhost()));  // a server's certificate
        CHECK(rig.service.connections().empty());

        const auto known = clients.issue(spec);
        REQUIRE(answer_to(known));
        CHECK(!rig.service.last_connection().client_certificate.empty());
    }

    TEST_CASE("a resumed connection still carries the client's certificate, until that has expired") {
        const TestCa clients("Clients");
        std::atomic<std::int64_t> ahead{0};
        const Rig rig([&](ServerConfig& config) {
            config.client_ca.text = clients.certificate_pem();
            config.ticket_key_lifetime = 1h;
            config.clock = [&ahead] { return system_now() + std::chrono::seconds(ahead.load()); };
        });
        LeafSpec spec;
        spec.for_client = true;
        const auto leaf = clients.issue(spec);
        ClientConfig config = rig.client_config();
        config.certificate_pem = leaf.certificate_pem;
        config.key_pem = leaf.key_pem;
        Client client = *Client::create(std::move(config));
        use(client);
        CHECK(use(client));
        CHECK(rig.service.connections().at(0).client_certificate == rig.service.connections().at(1).client_certificate);
        CHECK(!rig.service.connections().at(1).client_certificate.empty());
        ahead = 172'800;
        Connection late = open(client);
        CHECK(late.resumed());
        CHECK(!late.exchange(get("/"), patience));
        CHECK(rig.service.connections().size() == 2);
    }

    TEST_CASE("garbage instead of TLS is counted and closed") {
        const Rig rig;
        Peer http(rig.server->port());
        http.send("GET / HTTP/1.1\r\nHost: c\r\n\r\n");
        http.read_all();
        Peer noise(rig.server->port());
        noise.send(std::string(4096, '\xa5'));
        noise.read_all();
        Peer silent(rig.server->port());
        silent = Peer(rig.server->port());  // closes the first without a word
        rig.wait_for([&rig] { return rig.server->counters().tls_failures >= 3; });
        CHECK(rig.service.connections().empty());
        CHECK(rig.ask(get("/")));
    }
}
