#include "base/service_notify.hpp"

#include "tests/support/notify_socket.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

using namespace assay;

TEST_SUITE("service notify") {
    TEST_CASE("a service manager hears ready, alive, each new status once, and stopping") {
        const test::ScratchDirectory scratch;
        const test::NotifySocket manager(scratch / "notify");
        ::setenv("WATCHDOG_USEC", "60000000", 1);
        ServiceNotify notify;
        CHECK(notify.alive_interval() == std::chrono::milliseconds(30'000));
        notify.ready();
        CHECK(manager.next() == "READY=1");
        notify.alive();
        CHECK(manager.next() == "WATCHDOG=1");
        notify.status("one\ntwo");
        CHECK(manager.next() == "STATUS=one\\u{a}two");
        notify.status("one\ntwo");
        CHECK(manager.next().empty());
        notify.stopping();
        CHECK(manager.next() == "STOPPING=1");
    }

    TEST_CASE("without a service manager nothing is asked and nothing is sent") {
        ServiceNotify notify;
        CHECK_FALSE(notify.alive_interval());
        notify.ready();
        notify.status("x");
    }
}
