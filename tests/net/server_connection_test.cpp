// Peers that are slow, silent or greedy. Only the deadline that a test is about is short, so that a busy machine can
// miss no other; tests wait for what happens, not for time.
#include "tests/net/rig.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

using namespace assay;
using namespace assay::net;
using namespace assay::net::test;

namespace {

constexpr std::string_view body_of_10 = "POST /x HTTP/1.1\r\nHost: c\r\nContent-Length: 10\r\n\r\n";

// A GET whose head has exactly `size` bytes.
std::string head_of(std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nHost: c\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
}

constexpr auto brief = 150ms;

void brief_handshake(ServerConfig& config) {
    config.limits.handshake = brief;
}

void brief_header(ServerConfig& config) {
    config.limits.header = brief;
}

void brief_idle(ServerConfig& config) {
    config.limits.idle = brief;
}

void brief_grace(ServerConfig& config) {
    config.limits.grace = brief;
    config.limits.rate = 10'000;
}

void all_brief(ServerConfig& config) {
    brief_handshake(config);
    brief_header(config);
    brief_idle(config);
    brief_grace(config);
    config.limits.linger = brief;
}

}  // namespace

TEST_SUITE("server_connection") {
    TEST_CASE("very many pipelined requests are all answered, and others have their turn") {
        const Rig rig;
        Peer greedy = rig.peer();
        std::string many;
        for (int i = 0; i < 500; ++i) many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: c\r\n\r\n";
        greedy.send(many + "GET /last HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n");
        CHECK(rig.ask(get("/"))->status == 200);
        const std::string answers = greedy.read_all();
        CHECK(answers.find("\r\n\r\n/499") < answers.find("\r\n\r\n/last"));
        CHECK(rig.server->counters().requests == 502);
    }

    TEST_CASE("a session outlives its connection while an answer is pending, and not longer") {
        Rig rig;
        std::promise<Responder> given;
        rig.service.on_request = [&given](const Request&, Responder responder) {
            given.set_value(std::move(responder));
        };
        {
            Peer peer = rig.peer();
            peer.send("GET / HTTP/1.1\r\nHost: c\r\n\r\n");
            Responder responder = given.get_future().get();
            rig.server->stop(0ms);
            CHECK(rig.service.live_sessions() == 1);
            responder(Response{});
        }
        CHECK(rig.service.live_sessions() == 0);
    }

    TEST_CASE("the service may refuse a connection, and then no request of it is read") {
        Rig rig;
        rig.service.refuses = true;
        CHECK(!rig.ask(get("/")));
        CHECK(rig.server->counters().rejected == 1);
        CHECK(rig.server->counters().requests == 0);
    }

    TEST_CASE("after the last request of a connection it is closed, and the client is told") {
        const Rig rig([](ServerConfig& config) { config.limits.requests_per_connection = 2; });
        Client client = rig.client();
        Connection connection = open(client);
        CHECK(!ask(connection, get("/")).close_after);
        CHECK(ask(connection, get("/")).close_after);
        const auto third = connection.exchange(get("/"), patience);
        REQUIRE(!third);
        CHECK(third.error().code == Errc::gone);
    }

    TEST_CASE("a peer that does not finish its handshake is closed") {
        const Rig rig(&brief_handshake);
        Peer silent(rig.server->port());
        silent.read_all();
        Peer half(rig.server->port());
        half.send("\x16\x03\x01\x02");
        half.read_all();
        CHECK(rig.server->counters().timeouts == 2);
    }

    TEST_CASE("a header that comes byte by byte is cut off at its deadline") {
        const Rig rig(&brief_header);
        Peer peer = rig.peer();
        const std::string head = head_of(4000);
        std::size_t sent = 0;
        while (sent < head.size() && peer.try_send(head.substr(sent, 1))) {
            ++sent;
            std::this_thread::sleep_for(5ms);
        }
        CHECK(sent < head.size());
        CHECK(rig.server->counters().timeouts == 1);
        CHECK(rig.server->counters().requests == 0);
    }

    TEST_CASE("a body slower than the rate is cut off, one that stops too") {
        const Rig rig(&brief_grace);
        Peer slow = rig.peer();
        slow.send("POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 1000\r\n\r\n");
        std::size_t sent = 0;
        while (sent < 1000 && slow.try_send("x")) {
            ++sent;
            std::this_thread::sleep_for(5ms);
        }
        CHECK(sent < 1000);
        Peer stopped = rig.peer();
        stopped.send(body_of_10);
        CHECK(stopped.read_all().empty());
        CHECK(rig.server->counters().timeouts == 2);
        CHECK(rig.server->counters().requests == 0);
    }

    TEST_CASE("a client that does not take its answer is cut off") {
        Rig rig(&brief_grace);
        rig.service.on_request = [](const Request&, Responder responder) {
            Response response;
            response.body.assign(64U << 20U, 'x');
            responder(std::move(response));
        };
        Peer peer = rig.peer();
        peer.send("GET / HTTP/1.1\r\nHost: c\r\n\r\n");
        rig.wait_for([&rig] { return rig.server->counters().timeouts == 1 && rig.server->counters().open == 0; });
    }

    TEST_CASE("an idle connection is closed, and that is no failure") {
        const Rig rig(&brief_idle);
        Client client = rig.client();
        Connection connection = open(client);
        while (!connection.exchange(get("/"), patience)) connection = open(client);  // idle before it asked: too late
        rig.wait_for([&rig] { return rig.server->counters().open == 0; });
        CHECK(rig.server->counters().idle_closed >= 1);
        const auto late = connection.exchange(get("/"), patience);
        REQUIRE(!late);
        CHECK(late.error().code == Errc::gone);
        CHECK(rig.server->counters().timeouts == 0);
    }

    TEST_CASE("a slow handler is not cut off by deadlines that are the client's") {
        Rig rig(&all_brief);
        std::promise<Responder> given;
        std::atomic<bool> in_hand = false;
        rig.service.on_request = [&](const Request&, Responder responder) {
            if (!in_hand.exchange(true)) given.set_value(std::move(responder));
        };
        auto asked = std::async(std::launch::async, [&] {
            // A busy machine may miss the deadlines before the request is in the handler's hands: then it asks again.
            Result<Response> response = rig.ask(get("/slow"));
            while (!response && !in_hand) response = rig.ask(get("/slow"));
            return response;
        });
        Responder responder = given.get_future().get();
        // Another peer's deadline begins and passes while the handler thinks; so does each of this client's.
        Peer other(rig.server->port());
        other.read_all();
        CHECK(rig.server->counters().timeouts >= 1);
        responder({.body = "/slow"});
        const auto response = asked.get();
        REQUIRE(response);
        CHECK(response->body == "/slow");
    }
}
