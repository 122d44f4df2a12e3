// The loop with everything real around it: it wakes, it stops, it tells the service manager.

#include "agent/run.hpp"

#include "base/service_notify.hpp"
#include "tests/agent/device_rig.hpp"
#include "tests/support/notify_socket.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <thread>

using namespace assay;
using namespace assay::agent;
using test::DeviceRig;
using test::SmallCollector;
using test::Swtpm;

namespace {

std::size_t reports(const SmallCollector& collector) {
    std::size_t out = 0;
    for (const auto& [id, device] : collector.devices()) out += device.statements.size();
    return out;
}

template <class Condition>
bool comes_true(const Condition& condition) {
    for (int i = 0; i < 1'000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

}  // namespace

TEST_SUITE("run") {
    TEST_CASE("reports, reports again within seconds of a hardware event, and stops when told") {
        const Swtpm swtpm;
        const SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        test::NotifySocket manager(rig.scratch.path("notify"));
        ::setenv("WATCHDOG_USEC", "4000000", 1);
        rig.restart();
        const FileDescriptor plugged(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        const FileDescriptor stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        std::vector<std::string> lines;
        const Log log(system_now, [&lines](std::string_view line) { lines.emplace_back(line); });
        ServiceNotify notify;
        CHECK(notify.alive_interval() == std::chrono::milliseconds(2'000));
        const WakeSource wake{plugged.get(), [&plugged] {
                                  eventfd_t count = 0;
                                  return ::eventfd_read(plugged.get(), &count) == 0;
                              }};
        RunResult result;
        std::jthread agent([&] {
            result = run({*rig.session, *rig.shell, *rig.state, log, notify, wake, system_random, stop.get()});
        });
        // The manager's queue is short: who does not read from it stops the agent.
        const auto reported = [&collector, &manager](std::size_t count) {
            manager.heard("");
            return reports(collector) == count;
        };
        REQUIRE(comes_true([&reported] { return reported(1); }));
        rig.plug_card("0000:00:02.0");
        REQUIRE(::eventfd_write(plugged.get(), 1) == 0);
        CHECK(comes_true([&reported] { return reported(2); }));
        REQUIRE(::eventfd_write(stop.get(), 1) == 0);
        agent.join();
        CHECK(result.succeeded);
        CHECK(result.detail == "stopped");
        CHECK(rig.state->recall().memory.sequence == 2);
        CHECK(manager.heard("WATCHDOG=1"));
        CHECK(manager.heard("STATUS=reporting"));
        REQUIRE(lines.size() >= 2);
        CHECK(lines[0].find("event=enrolled") != std::string::npos);
    }

    TEST_CASE("a memory that cannot be kept is said, and the device reports all the same") {
        const Swtpm swtpm;
        const SmallCollector collector;
        DeviceRig rig(collector, swtpm);
        rig.restart();
        std::filesystem::create_directory(rig.config.state_dir + "/state.json.new");
        std::vector<std::string> lines;
        const Log log(system_now, [&lines](std::string_view line) { lines.emplace_back(line); });
        ServiceNotify notify;
        Session once({}, {.once = true});
        const RunResult result = run({once, *rig.shell, *rig.state, log, notify, {}, system_random, -1});
        CHECK(result.succeeded);
        CHECK(result.detail.find("active") == 0);
        CHECK(lines[0].find("event=state_not_kept") != std::string::npos);
        CHECK(reports(collector) == 1);
    }
}
