// What is taken from the listening socket, and from whom.
#include "tests/net/rig.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

using namespace assay;
using namespace assay::net;
using namespace assay::net::test;

namespace {

bool has_ipv6() {
    const Descriptor socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    return socket && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

TEST_SUITE("listener") {
    TEST_CASE("a listener on :: takes IPv4 and IPv6, and names each peer in one way") {
        if (!has_ipv6()) {
            MESSAGE("skipped: this machine has no ::1");
            return;
        }
        const Rig rig([](ServerConfig& config) { config.address = "::"; });
        CHECK(rig.ask(get("/")));
        CHECK(rig.service.last_connection().peer.starts_with("127.0.0.1:"));
        ClientConfig config = rig.client_config();
        config.url = *parse_url("https://[::1]:" + std::to_string(rig.server->port()));
        Client client = *Client::create(std::move(config));
        Connection connection = open(client);
        CHECK(ask(connection, get("/")).status == 200);
        CHECK(rig.service.last_connection().peer.starts_with("[::1]:"));
    }

    TEST_CASE("connections over the limit are closed and counted, and places become free again") {
        const Rig rig([](ServerConfig& config) { config.limits.connections = 2; });
        Client client = rig.client();
        {
            Connection one = open(client);
            Connection two = open(client);
            CHECK(!client.connect());
            CHECK(rig.server->counters().rejected == 1);
            CHECK(ask(one, get("/")).status == 200);
        }
        rig.wait_for([&rig] { return rig.server->counters().open == 0; });
        CHECK(client.connect());
    }

    TEST_CASE("a configured proxy must say whose connection it is, and nobody else may") {
        const std::string header(
            "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x07\xc0\x00\x02\x01\x9c\xb0\x01\xbb", 28
        );
        const auto greet = [](const Rig& rig, std::string_view first) {
            Peer peer(rig.server->port());
            for (const char c : first) peer.send({&c, 1});
            const SslCtxPtr context = *make_client_context({.ca_pem = rig.ca.certificate_pem()});
            auto stream = TlsStream::client(context.get(), peer.number(), "localhost", system_now(), nullptr);
            TlsStatus status = stream.handshake();
            while (status == TlsStatus::want_read) {
                std::this_thread::sleep_for(1ms);
                status = stream.handshake();
            }
            return status == TlsStatus::done;
        };
        const Rig proxied([](ServerConfig& config) { config.proxies = {"127.0.0.1"}; });
        CHECK(greet(proxied, header));
        proxied.wait_for([&proxied] { return !proxied.service.connections().empty(); });
        CHECK(proxied.service.last_connection().peer == "192.0.2.7:40112");
        CHECK(!greet(proxied, ""));
        CHECK(!greet(proxied, std::string(16, 'x')));
        CHECK(proxied.service.connections().size() == 1);
        const Rig direct;
        CHECK(!greet(direct, header));
        CHECK(direct.service.connections().empty());
    }
}
