// Requests and answers over TLS, and what comes of those that are malformed, too large, late or dropped.
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

// What a peer that sends `text` gets, until the server closes.
std::string all_answers(const Rig& rig, std::string_view text) {
    Peer peer = rig.peer();
    peer.send(text);
    return peer.read_all();
}

}  // namespace

TEST_SUITE("server_exchange") {
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
        rig.service.on_request = [](const Request& request, Responder responder) {
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
        rig.service.on_request = [&given](const Request&, Responder responder) {
            given.set_value(std::move(responder));
        };
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

    TEST_CASE("a responder that is dropped answers 500 and closes") {
        Rig rig;
        rig.service.on_request = [](const Request&, const Responder&) {};
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
        rig.service.on_request = [](const Request&, Responder responder) {
            Response response;
            response.headers.add("x-thing", "a\r\nset-cookie: b");
            responder(std::move(response));
        };
        const auto response = rig.ask(get("/"));
        REQUIRE(response);
        CHECK(response->status == 500);
        CHECK(response->headers.find("set-cookie") == nullptr);
    }
}
