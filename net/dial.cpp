#include "net/dial.hpp"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

namespace assay::net {
namespace {

using Addresses = std::expected<std::vector<SocketAddress>, DialFailure>;

struct AddrinfoRelease {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

DialFailure resolver_failure(int code) {
    const int system = errno;
    const std::string reason = code == EAI_SYSTEM ? std::strerror(system) : gai_strerror(code);
    return {ConnectFailure::name_not_found, reason};
}

Addresses look_up(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* raw = nullptr;
    const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
    if (code != 0) return std::unexpected(resolver_failure(code));
    const std::unique_ptr<addrinfo, AddrinfoRelease> list(raw);
    std::vector<SocketAddress> addresses;
    for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
        SocketAddress address;
        if (entry->ai_addrlen > address.storage.size()) continue;
        std::memcpy(address.storage.data(), entry->ai_addr, entry->ai_addrlen);
        address.size = entry->ai_addrlen;
        address.family = entry->ai_family;
        addresses.push_back(address);
    }
    return addresses;
}

DialFailure connect_failure(int code) {
    switch (code) {
        case ECONNREFUSED: return {ConnectFailure::refused, "connection refused"};
        case ETIMEDOUT: return {ConnectFailure::timed_out, "no answer"};
        case ENETUNREACH:
        case EHOSTUNREACH:
        case ENETDOWN:
        case EADDRNOTAVAIL: return {ConnectFailure::unreachable, std::strerror(code)};
        default: return {ConnectFailure::other, std::strerror(code)};
    }
}

std::expected<Descriptor, DialFailure> connect_to(const SocketAddress& address, SteadyTime until) {
    Descriptor socket(::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return std::unexpected(connect_failure(errno));
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_storage target{};
    std::memcpy(&target, address.storage.data(), std::min<std::size_t>(address.size, sizeof target));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&target), address.size) == 0) return socket;
    if (errno != EINPROGRESS) return std::unexpected(connect_failure(errno));
    if (!wait_for(socket.get(), POLLOUT, until)) return std::unexpected(connect_failure(ETIMEDOUT));
    int code = 0;
    socklen_t size = sizeof code;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &code, &size) != 0) code = errno;
    if (code != 0) return std::unexpected(connect_failure(code));
    return socket;
}

}  // namespace

bool wait_for(int descriptor, short events, SteadyTime until) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd entry{descriptor, events, 0};
        const int timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
        const int ready = ::poll(&entry, 1, timeout);
        if (ready > 0) return true;
        if (ready == 0 && left.count() <= timeout) return false;
        if (ready < 0 && errno != EINTR && errno != EAGAIN) return true;  // the call that follows meets the error
    }
}

struct Resolver::Lookup {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Addresses> result;
};

Addresses Resolver::resolve(const Url& url, std::chrono::milliseconds deadline) {
    if (url.is_address) return look_up(url.host, url.port);
    if (pending_) {
        const std::lock_guard lock(pending_->mutex);
        if (!pending_->result) {
            return std::unexpected(DialFailure{ConnectFailure::timed_out, "the name is still being resolved"});
        }
    }
    pending_ = std::make_shared<Lookup>();
    std::thread([lookup = pending_, host = url.host, port = url.port] {
        Addresses found = look_up(host, port);
        const std::lock_guard lock(lookup->mutex);
        lookup->result = std::move(found);
        lookup->changed.notify_one();
    }).detach();
    std::unique_lock lock(pending_->mutex);
    if (!pending_->changed.wait_for(lock, deadline, [this] { return pending_->result.has_value(); })) {
        return std::unexpected(DialFailure{ConnectFailure::timed_out, "the name was not resolved in time"});
    }
    return *pending_->result;
}

std::expected<Descriptor, DialFailure> dial(
    const std::vector<SocketAddress>& addresses, std::chrono::milliseconds deadline
) {
    DialFailure last{ConnectFailure::name_not_found, "the name has no address"};
    const SteadyTime until = std::chrono::steady_clock::now() + deadline;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const SteadyTime now = std::chrono::steady_clock::now();
        const auto share = (until - now) / static_cast<std::int64_t>(addresses.size() - i);
        auto socket = connect_to(addresses[i], std::min(until, now + std::max(share, decltype(share)::zero())));
        if (socket) return socket;
        last = std::move(socket).error();
    }
    return std::unexpected(std::move(last));
}

}  // namespace assay::net
