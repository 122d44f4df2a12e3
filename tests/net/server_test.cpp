// The server as hostile and slow peers see it. Deadlines are set to milliseconds; tests wait for what happens, not for
// time.
#include "tests/net/rig.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

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

// What a peer that sends `text` gets, until the server closes.
std::string all_answers(const Rig& rig, std::string_view text) {
    Peer peer = rig.peer();
    peer.send(text);
    return peer.read_all();
}

void short_deadlines(ServerConfig& config) {
    config.limits.handshake = 150ms;
    config.limits.header = 150ms;
    config.limits.idle = 150ms;
    config.limits.grace = 150ms;
    config.limits.linger = 150ms;
    config.limits.rate = 10'000;
}

}  // namespace

TEST_SUITE("server") {
    TEST_CASE("a header as large as allowed is taken, one byte more is 431 and closed") {
        const Rig rig([](ServerConfig& config) { config.limits.header_bytes = 200; });
        Peer peer = rig.peer();
        peer.send(head_of(200));
        CHECK(status_of_answer(peer.read_until("\r\n\r\n/")) == 200);
        CHECK(status_of_answer(all_answers(rig, head_of(201))) == 431);
        CHECK(status_of_answer(all_answers(rig, std::string(300, 'x'))) == 431);  // no end in sight
        CHECK(rig.server->counters().bad_requests == 2);
    }

    TEST_CASE("more header fields than allowed are 431 and closed") {
        const Rig rig([](ServerConfig& config) { config.limits.header_fields = 3; });
        CHECK(status_of_answer(all_answers(rig, "GET / HTTP/1.1\r\nHost: c\r\na: 1\r\nb: 1\r\nc: 1\r\n\r\n")) == 431);
    }

    TEST_CASE("a body as large as the service allows is taken, one byte more is 413 and closed") {
        const Rig rig;
        const auto taken = rig.ask(post("/x", std::string(1000, 'b')));
        REQUIRE(taken);
        CHECK(taken->body.size() == 1000);
        const auto refused = rig.ask(post("/x", std::string(1001, 'b')));
        REQUIRE(refused);
        CHECK(refused->status == 413);
        CHECK(refused->close_after);
    }

    TEST_CASE("the limit of the body is asked per request, with its head and before its body") {
        Rig rig;
        std::vector<std::string> heads;
        rig.service.on_admit = [&heads](const Request& head) -> std::expected<std::size_t, Response> {
            heads.emplace_back(head.path);
            CHECK(head.body.empty());
            if (head.headers.find("authorization") == nullptr) {
                return std::unexpected(error_response(401, {Errc::denied, "authorization", "a token is needed"}));
            }
            return head.path == "/large" ? 100'000U : 10U;
        };
        Request request = post("/large", std::string(100'000, 'b'));
        const auto anonymous = rig.ask(request);
        REQUIRE(anonymous);
        CHECK(anonymous->status == 401);
        CHECK(anonymous->close_after);
        request.headers.add("authorization", "Bearer t");
        CHECK(rig.ask(request)->body.size() == 100'000);
        request.path = "/small";
        CHECK(rig.ask(request)->status == 413);
        CHECK(heads == std::vector<std::string>{"/large", "/large", "/small"});
        // Refused, but nothing is left to read: the connection goes on.
        const auto bare = rig.ask(get("/large"));
        REQUIRE(bare);
        CHECK(bare->status == 401);
        CHECK(!bare->close_after);
        CHECK(rig.server->counters().requests == 1);
    }

    TEST_CASE("requests that two readers could frame differently are 400, and nothing after them is read") {
        const char* const requests[] = {
            "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\nabcd",
            "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
            "GET / HTTP/1.1\r\nHost: c\r\nX: a\r\n b\r\n\r\n",
        };
        const Rig rig;
        for (const char* request : requests) {
            CAPTURE(std::string(request));
            const std::string answers =
                all_answers(rig, std::string(request) + "GET /smuggled HTTP/1.1\r\nHost: c\r\n\r\n");
            CHECK(status_of_answer(answers) == 400);
            CHECK(answers.find("connection: close") != std::string::npos);
            CHECK(answers.find("HTTP/1.1", 1) == std::string::npos);
        }
        CHECK(rig.server->counters().requests == 0);
        const std::string chunked =
            "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        CHECK(status_of_answer(all_answers(rig, chunked)) == 411);
    }

    TEST_CASE("pipelined requests are answered one after the other, in order") {
        Rig rig;
        std::atomic<int> under_way{0};
        std::atomic<bool> overlapped{false};
        std::vector<std::thread> threads;
        std::mutex mutex;
        rig.service.on_request = [&](Request request, Responder responder) {
            if (++under_way > 1) overlapped = true;
            const std::lock_guard lock(mutex);
            threads.emplace_back([&under_way, r = std::move(request), answer = std::move(responder)]() mutable {
                std::this_thread::sleep_for(2ms);
                --under_way;
                ScriptedService::echo(std::move(r), std::move(answer));
            });
        };
        Peer peer = rig.peer();
        peer.send(
            std::string(body_of_10) + "0123456789" + "GET /second HTTP/1.1\r\nHost: c\r\n\r\n" +
            "GET /third HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n"
        );
        const std::string answers = peer.read_all();
        const std::size_t first = answers.find("0123456789");
        const std::size_t second = answers.find("/second");
        const std::size_t third = answers.find("/third");
        CHECK(first < second);
        CHECK(second < third);
        CHECK(third != std::string::npos);
        CHECK(!overlapped);
        for (std::thread& thread : threads) thread.join();
    }

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

    TEST_CASE("a listener on :: takes IPv4 and IPv6, and names each peer in one way") {
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

    TEST_CASE("a request in many pieces is the same request") {
        const Rig rig;
        Peer peer = rig.peer();
        const std::string whole = std::string(body_of_10) + "0123456789";
        for (const char c : whole) peer.send({&c, 1});
        CHECK(peer.read_until("0123456789").ends_with("\r\n\r\n0123456789"));
    }

    TEST_CASE("a client that asks first whether its body is welcome is told") {
        const Rig rig;
        Peer peer = rig.peer();
        peer.send("POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        CHECK(peer.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
        peer.send("abcd");
        CHECK(status_of_answer(peer.read_until("abcd")) == 200);
        Peer refused = rig.peer();
        refused.send("POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 4000\r\nExpect: 100-continue\r\n\r\n");
        CHECK(status_of_answer(refused.read_all()) == 413);
    }

    TEST_CASE("a HEAD and a 304 have no body, and the next answer is read from its start") {
        Rig rig;
        rig.service.on_request = [](Request request, Responder responder) {
            Response response;
            response.status = request.path == "/cached" ? 304 : 200;
            response.body = "a body";
            responder(std::move(response));
        };
        Client client = rig.client();
        Connection connection = open(client);
        Request head = get("/");
        head.method = Method::head;
        CHECK(ask(connection, head).body.empty());
        CHECK(ask(connection, get("/cached")).status == 304);
        CHECK(ask(connection, get("/")).body == "a body");
    }

    TEST_CASE("an answer may come later, from another thread") {
        Rig rig;
        std::promise<Responder> given;
        rig.service.on_request = [&given](Request, Responder responder) { given.set_value(std::move(responder)); };
        std::thread other([&given] {
            Responder responder = given.get_future().get();
            Response response;
            response.body = "late";
            responder(std::move(response));
        });
        const auto response = rig.ask(get("/"));
        other.join();
        REQUIRE(response);
        CHECK(response->body == "late");
    }

    TEST_CASE("many connections on several threads, each answer to its own request") {
        Rig rig([](ServerConfig& config) {
            config.threads = 3;
            config.ticket_key_lifetime = 1h;
        });
        rig.service.on_request = [](Request request, Responder responder) {
            std::thread([r = std::move(request), answer = std::move(responder)]() mutable {
                ScriptedService::echo(std::move(r), std::move(answer));
            }).detach();
        };
        std::vector<std::future<int>> clients;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(std::async(std::launch::async, [&rig, i] {
                int wrong = 0;
                Client client = rig.client();
                for (int round = 0; round < 3; ++round) {
                    Connection connection = open(client);
                    for (int n = 0; n < 10; ++n) {
                        const std::string path = "/" + std::to_string(i) + "/" + std::to_string(n);
                        if (ask(connection, get(path)).body != path) ++wrong;
                    }
                }
                return wrong;
            }));
        }
        for (auto& client : clients) CHECK(client.get() == 0);
        CHECK(rig.server->counters().requests == 240);
        rig.wait_for([&rig] { return rig.server->counters().open == 0 && rig.service.live_sessions() == 0; });
    }

    TEST_CASE("a responder that is dropped answers 500 and closes") {
        Rig rig;
        rig.service.on_request = [](Request, Responder) {};
        const auto response = rig.ask(get("/"));
        REQUIRE(response);
        CHECK(response->status == 500);
        CHECK(response->close_after);
        CHECK(rig.server->counters().dropped_answers == 1);
    }

    TEST_CASE("a handler that throws answers 500 and closes, and others are served") {
        Rig rig;
        rig.service.on_request = [](Request request, Responder responder) {
            if (request.path == "/bad") throw std::runtime_error("the database is gone");
            ScriptedService::echo(std::move(request), std::move(responder));
        };
        const auto response = rig.ask(get("/bad"));
        REQUIRE(response);
        CHECK(response->status == 500);
        CHECK(response->body.find("database") == std::string::npos);
        CHECK(rig.ask(get("/good"))->status == 200);
        rig.service.on_admit = [](const Request&) -> std::expected<std::size_t, Response> {
            throw std::runtime_error("broken");
        };
        CHECK(!rig.ask(get("/")));
        rig.service.on_admit = [](const Request&) { return std::size_t{0}; };
        CHECK(rig.ask(get("/")));
    }

    TEST_CASE("an answer that HTTP cannot carry becomes a 500") {
        Rig rig;
        rig.service.on_request = [](Request, Responder responder) {
            Response response;
            response.headers.add("x-thing", "a\r\nset-cookie: b");
            responder(std::move(response));
        };
        const auto response = rig.ask(get("/"));
        REQUIRE(response);
        CHECK(response->status == 500);
        CHECK(response->headers.find("set-cookie") == nullptr);
    }

    TEST_CASE("a session outlives its connection while an answer is pending, and not longer") {
        Rig rig;
        std::promise<Responder> given;
        rig.service.on_request = [&given](Request, Responder responder) { given.set_value(std::move(responder)); };
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

    TEST_CASE("a peer that does not finish its handshake is closed") {
        const Rig rig(&short_deadlines);
        Peer silent(rig.server->port());
        silent.read_all();
        Peer half(rig.server->port());
        half.send("\x16\x03\x01\x02");
        half.read_all();
        CHECK(rig.server->counters().timeouts == 2);
    }

    TEST_CASE("a header that comes byte by byte is cut off at its deadline") {
        const Rig rig(&short_deadlines);
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
        const Rig rig(&short_deadlines);
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
        Rig rig(&short_deadlines);
        rig.service.on_request = [](Request, Responder responder) {
            Response response;
            response.body.assign(64U << 20U, 'x');
            responder(std::move(response));
        };
        Peer peer = rig.peer();
        peer.send("GET / HTTP/1.1\r\nHost: c\r\n\r\n");
        rig.wait_for([&rig] { return rig.server->counters().timeouts == 1; });
        CHECK(rig.server->counters().open == 0);
    }

    TEST_CASE("an idle connection is closed, and that is no failure") {
        const Rig rig(&short_deadlines);
        Client client = rig.client();
        Connection connection = open(client);
        ask(connection, get("/"));
        rig.wait_for([&rig] { return rig.server->counters().idle_closed == 1; });
        rig.wait_for([&connection] { return !connection.usable(); });
        const auto late = connection.exchange(get("/"), patience);
        REQUIRE(!late);
        CHECK(late.error().code == Errc::gone);
        CHECK(rig.server->counters().timeouts == 0);
    }

    TEST_CASE("a slow handler is not cut off by deadlines that are the client's") {
        Rig rig(&short_deadlines);
        rig.service.on_request = [](Request request, Responder responder) {
            std::thread([r = std::move(request), answer = std::move(responder)]() mutable {
                std::this_thread::sleep_for(400ms);
                ScriptedService::echo(std::move(r), std::move(answer));
            }).detach();
        };
        const auto response = rig.ask(get("/slow"));
        REQUIRE(response);
        CHECK(response->body == "/slow");
    }

    TEST_CASE("stop lets a pending request be answered, closes the idle, takes no more") {
        Rig rig;
        std::promise<Responder> given;
        rig.service.on_request = [&given](Request, Responder responder) { given.set_value(std::move(responder)); };
        Client client = rig.client();
        Connection idle = open(client);
        auto pending = std::async(std::launch::async, [&rig] { return rig.ask(get("/")); });
        Responder responder = given.get_future().get();
        auto stopped = std::async(std::launch::async, [&rig] { rig.server->stop(patience); });
        rig.wait_for([&idle] { return !idle.usable(); });
        CHECK(!client.connect());
        CHECK(client.problem()->failure == ConnectFailure::refused);
        CHECK(stopped.wait_for(0ms) == std::future_status::timeout);
        responder(Response{});
        const auto response = pending.get();
        stopped.get();
        REQUIRE(response);
        CHECK(response->status == 200);
        CHECK(response->close_after);
        CHECK(rig.server->counters().open == 0);
    }

    TEST_CASE("stop does not wait for an answer that does not come, and one that comes later goes nowhere") {
        Rig rig;
        std::promise<Responder> given;
        rig.service.on_request = [&given](Request, Responder responder) { given.set_value(std::move(responder)); };
        auto pending = std::async(std::launch::async, [&rig] { return rig.ask(get("/")); });
        Responder responder = given.get_future().get();
        rig.server->stop(50ms);
        CHECK(!pending.get());
        rig.server.reset();
        responder(Response{});
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
