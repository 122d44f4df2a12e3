// Two ends of a socket pair, pumped in turn: what cannot be seen from outside a server.
#include "net/tls_stream.hpp"

#include "net/descriptor.hpp"
#include "tests/support/test_ca.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <stdexcept>
#include <utility>

using namespace assay;
using namespace assay::net;
using namespace std::chrono_literals;
using assay::test::TestCa;

namespace {

std::pair<Descriptor, Descriptor> socket_pair() {
    int numbers[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers) == 0);
    return {Descriptor(numbers[0]), Descriptor(numbers[1])};
}

// The client's last ticket.
int keep(SSL* ssl, SSL_SESSION* session) {
    static_cast<SslSessionPtr*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->reset(session);
    return 1;
}

struct Ends {
    const TestCa ca;
    const assay::test::Leaf leaf = ca.localhost();
    SslSessionPtr ticket = {};

    SslCtxPtr server_context(std::string_view name, TicketKeys* keys, std::string_view client_ca = {}) const {
        auto context = make_server_context({leaf.certificate_pem, leaf.key_pem, client_ca, name, keys});
        REQUIRE(context);
        return *std::move(context);
    }

    SslCtxPtr client_context(const assay::test::Leaf& identity = {}) {
        auto context = make_client_context({ca.certificate_pem(), identity.certificate_pem, identity.key_pem});
        REQUIRE(context);
        SSL_CTX_set_app_data(context->get(), &ticket);
        SSL_CTX_sess_set_new_cb(context->get(), &keep);
        return *std::move(context);
    }

    // A whole handshake, a byte each way; whether it was resumed. Uses the ticket there is and leaves a new one.
    bool meet(SSL_CTX* server_side, SSL_CTX* client_side) {
        auto [near, far] = socket_pair();
        const SslSessionPtr used = std::move(ticket);
        auto server = TlsStream::server(server_side, near.get());
        auto client = TlsStream::client(client_side, far.get(), "localhost", system_now(), used.get());
        CHECK_THROWS_AS(server.exporter(), std::logic_error);
        TlsStatus at_client = TlsStatus::want_read;
        TlsStatus at_server = TlsStatus::want_read;
        for (int i = 0; i < 10 && (at_client != TlsStatus::done || at_server != TlsStatus::done); ++i) {
            at_client = client.handshake();
            // The client's Finished has not come: an exporter now would be bound to nobody.
            if (at_server != TlsStatus::done) CHECK_THROWS_AS(server.exporter(), std::logic_error);
            at_server = server.handshake();
        }
        REQUIRE(at_client == TlsStatus::done);
        REQUIRE(at_server == TlsStatus::done);
        std::array<std::uint8_t, 8> buffer{};
        REQUIRE(server.write(as_bytes("x")).bytes == 1);
        REQUIRE(client.read(buffer).bytes == 1);
        CHECK(server.exporter() == client.exporter());
        CHECK(server.resumed() == client.resumed());
        client.close();  // OpenSSL spends the ticket of a connection that was not closed
        return server.resumed();
    }
};

}  // namespace

TEST_SUITE("tls_stream") {
    TEST_CASE("a ticket resumes under the name and the client CA that it was given under, and no other") {
        Ends ends;
        const TestCa clients("Clients");
        assay::test::LeafSpec spec;
        spec.for_client = true;
        const auto identity = clients.issue(spec);
        TicketKeys keys(1h, system_random);
        const auto client = ends.client_context(identity);
        const auto devices = ends.server_context("devices", &keys);
        CHECK(!ends.meet(devices.get(), client.get()));
        CHECK(ends.meet(devices.get(), client.get()));
        const auto others = ends.server_context("others", &keys);
        CHECK(!ends.meet(others.get(), client.get()));
        CHECK(ends.meet(others.get(), client.get()));
        const auto certified = ends.server_context("others", &keys, clients.certificate_pem());
        CHECK(!ends.meet(certified.get(), client.get()));
        CHECK(ends.meet(certified.get(), client.get()));
        // The same settings loaded again, as reload() does.
        const auto again = ends.server_context("others", &keys, clients.certificate_pem());
        CHECK(ends.meet(again.get(), client.get()));
    }

    TEST_CASE("other ticket keys do not open a ticket, and without keys none is given") {
        Ends ends;
        TicketKeys keys(1h, system_random);
        TicketKeys other_keys(1h, system_random);
        const auto client = ends.client_context();
        CHECK(!ends.meet(ends.server_context("devices", &keys).get(), client.get()));
        CHECK(ends.ticket);
        CHECK(!ends.meet(ends.server_context("devices", &other_keys).get(), client.get()));
        CHECK(!ends.meet(ends.server_context("devices", nullptr).get(), client.get()));
        CHECK(!ends.ticket);
    }

    TEST_CASE("a client that offers resumption without a key exchange still gets one") {
        Ends ends;
        TicketKeys keys(1h, system_random);
        const auto client = ends.client_context();
        SSL_CTX_set_options(client.get(), SSL_OP_ALLOW_NO_DHE_KEX);
        const auto server = ends.server_context("devices", &keys);
        CHECK((SSL_CTX_get_options(server.get()) & SSL_OP_ALLOW_NO_DHE_KEX) == 0);
        CHECK(!ends.meet(server.get(), client.get()));
        CHECK(ends.meet(server.get(), client.get()));
    }

    TEST_CASE("no early data is taken or announced") {
        Ends ends;
        TicketKeys keys(1h, system_random);
        const auto client = ends.client_context();
        const auto server = ends.server_context("devices", &keys);
        ends.meet(server.get(), client.get());
        REQUIRE(ends.ticket);
        CHECK(SSL_SESSION_get_max_early_data(ends.ticket.get()) == 0);
        CHECK(SSL_CTX_get_max_early_data(server.get()) == 0);
    }
}
