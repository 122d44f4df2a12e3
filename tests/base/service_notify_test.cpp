#include "base/service_notify.hpp"

#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

using namespace assay;

namespace {

// A service manager's end of NOTIFY_SOCKET.
class Manager {
  public:
    Manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const std::string path = scratch_ / "notify";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size());
        REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    ~Manager() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }
    std::string heard() const {
        char buffer[2048];
        const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
        return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
    }

  private:
    test::ScratchDirectory scratch_;
    int socket_;
};

}  // namespace

TEST_SUITE("service notify") {
    TEST_CASE("a service manager hears ready, alive, each new status once, and stopping") {
        const Manager manager;
        ::setenv("WATCHDOG_USEC", "60000000", 1);
        ServiceNotify notify;
        CHECK(notify.alive_interval() == std::chrono::milliseconds(30'000));
        notify.ready();
        CHECK(manager.heard() == "READY=1");
        notify.alive();
        CHECK(manager.heard() == "WATCHDOG=1");
        notify.status("one\ntwo");
        CHECK(manager.heard() == "STATUS=one\\u{a}two");
        notify.status("one\ntwo");
        CHECK(manager.heard().empty());
        notify.stopping();
        CHECK(manager.heard() == "STOPPING=1");
    }

    TEST_CASE("without a service manager nothing is asked and nothing is sent") {
        ServiceNotify notify;
        CHECK_FALSE(notify.alive_interval());
        notify.ready();
        notify.status("x");
    }
}
