#include "base/service_notify.hpp"

#include "base/text.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace assay {
namespace {

constexpr timeval longest_send{.tv_sec = 1, .tv_usec = 0};

// One datagram to the socket that NOTIFY_SOCKET names: a path, or after '@' an abstract name. sd_notify(3) promises
// this protocol. What cannot be told is not told: the service goes on.
void tell(std::string_view message) {
    const char* const name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (name == nullptr || (name[0] != '/' && name[0] != '@')) return;
    const std::size_t length = std::strlen(name);
    if (length < 2 || length >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name, length);
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);

    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest_send, sizeof longest_send);  // a manager that does not read
    const void* const where = &address;
    if (::connect(fd, static_cast<const sockaddr*>(where), size) == 0) [[maybe_unused]]
        const ssize_t sent = ::send(fd, message.data(), message.size(), MSG_NOSIGNAL);
    ::close(fd);
}

std::int64_t number_in(const char* variable) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? 0 : whole_number<std::int64_t>(text).value_or(0);
}

}  // namespace

ServiceNotify::ServiceNotify() {
    const std::int64_t microseconds = number_in("WATCHDOG_USEC");
    const std::int64_t process = number_in("WATCHDOG_PID");  // whom it was set for; without it, whoever sees it
    if (microseconds > 0 && (process == 0 || process == ::getpid()))
        alive_interval_ = std::chrono::milliseconds(microseconds / 2000);
}

void ServiceNotify::ready() const {
    tell("READY=1");
}

void ServiceNotify::alive() const {
    tell("WATCHDOG=1");
}

void ServiceNotify::status(const std::string& line) {
    if (line == status_) return;
    status_ = line;
    tell("STATUS=" + clean_text(line, 512));
}

void ServiceNotify::stopping() const {
    tell("STOPPING=1");
}

}  // namespace assay
