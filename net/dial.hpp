#pragma once
// A TCP connection to a name or an address, each step with a deadline. Blocking; no TLS here.

#include "net/client.hpp"
#include "net/descriptor.hpp"

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace assay::net {

using SteadyTime = std::chrono::steady_clock::time_point;

// Waits until `descriptor` can be read or written (poll events). False: `until` has passed first.
bool wait_for(int descriptor, short events, SteadyTime until);

// What getaddrinfo or connect said, in one word and one sentence.
struct DialFailure {
    ConnectFailure failure = ConnectFailure::other;
    std::string what;
};

struct SocketAddress {
    alignas(8) std::array<unsigned char, 128> storage{};  // sockaddr_storage
    unsigned size = 0;
    int family = 0;
};

// Names are resolved on a thread of their own, because getaddrinfo(3) knows no deadline; one that is still stuck
// makes the next call time out too, so never more than one thread hangs.
class Resolver {
  public:
    std::expected<std::vector<SocketAddress>, DialFailure> resolve(const Url& url, std::chrono::milliseconds deadline);

  private:
    struct Lookup;
    std::shared_ptr<Lookup> pending_;
};

// Tries the addresses in turn; the deadline is shared evenly among those that are left. Non-blocking socket, no delay.
std::expected<Descriptor, DialFailure> dial(
    const std::vector<SocketAddress>& addresses, std::chrono::milliseconds deadline
);

}  // namespace assay::net
