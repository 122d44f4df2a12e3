#include "net/loop.hpp"

#include "tests/net/rig.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace assay;
using namespace assay::net;
using namespace assay::net::test;

namespace {

struct Parts {
    ScriptedService service;
    Log log{system_now, [](std::string_view) {}};
    std::shared_ptr<ServerShared> shared = std::make_shared<ServerShared>(ServerConfig{}, service, log);
    std::shared_ptr<Loop> loop = std::make_shared<Loop>(shared);
};

}  // namespace

TEST_SUITE("loop") {
    TEST_CASE("what is posted runs on the loop's thread, in order") {
        const Parts parts;
        parts.loop->start();
        CHECK(!parts.loop->owns_this_thread());
        std::promise<std::string> seen;
        std::string order;
        CHECK(parts.loop->post([&order] { order += 'a'; }));
        CHECK(parts.loop->post([&order, &seen, loop = parts.loop.get()] {
            seen.set_value(order + (loop->owns_this_thread() ? "b" : "?"));
        }));
        CHECK(seen.get_future().get() == "ab");
        parts.loop->post([loop = parts.loop.get()] { loop->finish(); });
        parts.loop->join();
    }

    TEST_CASE("a loop without connections ends when it is to finish, and takes nothing after that") {
        const Parts parts;
        parts.loop->start();
        CHECK(!parts.loop->ended_by(Loop::Time::clock::now()));
        parts.loop->post([loop = parts.loop.get()] { loop->finish(); });
        CHECK(parts.loop->ended_by(Loop::Time::clock::now() + patience));
        parts.loop->join();
        const auto held = std::make_shared<int>(1);
        CHECK(!parts.loop->post([held] {}));
        CHECK(held.use_count() == 1);
    }

    TEST_CASE("a task that throws is logged, and the loop goes on") {
        std::string logged;
        ScriptedService service;
        const Log log(system_now, [&logged](std::string_view line) { logged += line; });
        const auto loop = std::make_shared<Loop>(std::make_shared<ServerShared>(ServerConfig{}, service, log));
        loop->post([] { throw std::runtime_error("broken task"); });
        loop->post([raw = loop.get()] { raw->finish(); });
        loop->start();
        loop->join();
        CHECK(logged.find("event=loop_failed") != std::string::npos);
        CHECK(logged.find("broken task") != std::string::npos);
    }
}
