#include "agent/kernel/ethtool_ioctl.hpp"

#include "agent/root/tree.hpp"

#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace assay::agent {

Result<void> ask_ethtool(const std::string& interface, void* command) {
    ifreq request{};
    if (interface.empty() || interface.size() >= IFNAMSIZ) return fail(Errc::not_found, interface, "is no interface");
    std::memcpy(request.ifr_name, interface.data(), interface.size());
    request.ifr_data = static_cast<char*>(command);
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return fail(error_of(errno, "socket"));
    if (::ioctl(socket.get(), SIOCETHTOOL, &request) != 0) return fail(error_of(errno, interface));
    return {};
}

}  // namespace assay::agent
