// Starting, reloading and stopping a server, and its threads.
#include "tests/net/rig.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <future>
#include <thread>

using namespace assay;
using namespace assay::net;
using namespace assay::net::test;
using assay::test::TestCa;

TEST_SUITE("server") {
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
        clients.reserve(8);
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

    TEST_CASE("stop lets a pending request be answered, closes the idle, takes no more") {
        Rig rig;
        std::promise<Responder> given;
        rig.service.on_request = [&given](const Request&, Responder responder) {
            given.set_value(std::move(responder));
        };
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
        rig.service.on_request = [&given](const Request&, Responder responder) {
            given.set_value(std::move(responder));
        };
        auto pending = std::async(std::launch::async, [&rig] { return rig.ask(get("/")); });
        Responder responder = given.get_future().get();
        rig.server->stop(50ms);
        CHECK(!pending.get());
        rig.server.reset();
        responder(Response{});
    }

    TEST_CASE("a server refuses to start with what cannot serve") {
        const TestCa ca;
        const auto leaf = ca.localhost();
        ScriptedService service;
        const Log log(system_now, [](std::string_view) {});
        const auto start = [&](const std::function<void(ServerConfig&)>& change) {
            ServerConfig config;
            config.certificate.text = leaf.certificate_pem;
            config.key.text = leaf.key_pem;
            change(config);
            auto server = Server::start(std::move(config), service, log);
            return server ? std::string("started") : server.error().where;
        };
        CHECK(start([](ServerConfig&) {}) == "started");
        CHECK(start([](ServerConfig& c) { c.key.text = "nonsense"; }) == "key");
        CHECK(start([](ServerConfig& c) { c.key = {}; }) == "key");
        CHECK(start([](ServerConfig& c) { c.certificate.text = ""; }) == "certificate");
        CHECK(start([](ServerConfig& c) { c.certificate = {.file = "/nonexistent"}; }) == "certificate");
        CHECK(start([&ca](ServerConfig& c) { c.key.text = ca.localhost().key_pem; }) == "key");
        CHECK(start([](ServerConfig& c) { c.client_ca.text = "x"; }) == "client_ca");
        CHECK(start([](ServerConfig& c) { c.address = "localhost"; }) == "address");
        CHECK(start([](ServerConfig& c) { c.address = "192.0.2.1"; }) == "server");
        CHECK(start([](ServerConfig& c) { c.proxies = {"balancer"}; }) == "proxies");
    }

    TEST_CASE("reload takes the new certificate for new connections, and keeps the old one when the new is bad") {
        const TestCa next_ca("Next CA");
        const auto directory = std::filesystem::temp_directory_path() / ("assay-net-" + std::to_string(::getpid()));
        std::filesystem::create_directories(directory);
        const auto write = [&directory](const char* name, const std::string& text) {
            FILE* file = std::fopen((directory / name).c_str(), "w");
            REQUIRE(file != nullptr);
            std::fwrite(text.data(), 1, text.size(), file);
            std::fclose(file);
        };
        const TestCa first_ca;
        const auto first = first_ca.localhost();
        write("cert.pem", first.certificate_pem);
        write("key.pem", first.key_pem);
        Rig rig([&directory](ServerConfig& config) {
            config.certificate = {.file = directory / "cert.pem"};
            config.key = {.file = directory / "key.pem"};
            config.ticket_key_lifetime = 1h;
        });
        const auto trusting = [&rig](const TestCa& ca) {
            ClientConfig config = rig.client_config();
            config.ca_pem = ca.certificate_pem();
            return *Client::create(std::move(config));
        };
        Client client = trusting(first_ca);
        Connection kept = open(client);

        write("cert.pem", next_ca.localhost().certificate_pem);  // and not its key
        const auto refused = rig.server->reload();
        REQUIRE(!refused);
        CHECK(refused.error().where == "key");
        CHECK(client.connect());

        const auto next = next_ca.localhost();
        write("cert.pem", next.certificate_pem);
        write("key.pem", next.key_pem);
        REQUIRE(rig.server->reload());
        CHECK(trusting(next_ca).connect());
        CHECK(!trusting(first_ca).connect());
        CHECK(ask(kept, get("/")).status == 200);
        std::filesystem::remove_all(directory);
    }
}
