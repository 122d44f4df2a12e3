#pragma once
// Stands for the service manager: its end of NOTIFY_SOCKET (sd_notify(3)), which the program under test finds in its
// environment as long as this lives.

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace assay::test {

class NotifySocket {
  public:
    explicit NotifySocket(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }

    // The next message; "" when there is none.
    std::string next() const {
        char buffer[2048];
        const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
        return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
    }
    // Whether it has been said at any time.
    bool heard(const std::string& wanted) {
        for (std::string one = next(); !one.empty(); one = next()) said_ += one + "\n";
        return said_.find(wanted) != std::string::npos;
    }

  private:
    int socket_;
    std::string said_;
};

}  // namespace assay::test
