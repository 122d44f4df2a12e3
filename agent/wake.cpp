#include "agent/wake.hpp"

#include "agent/root/tree.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace assay::agent {
namespace {

constexpr std::array subsystems{
    std::string_view("pci"),  std::string_view("usb"),      std::string_view("net"),    std::string_view("block"),
    std::string_view("nvme"), std::string_view("mmc"),      std::string_view("tpm"),    std::string_view("scsi"),
    std::string_view("cpu"),  std::string_view("mdio_bus"), std::string_view("module"),
};
constexpr std::array actions{
    std::string_view("add"),    std::string_view("remove"), std::string_view("move"),    std::string_view("bind"),
    std::string_view("unbind"), std::string_view("online"), std::string_view("offline"),
};

}  // namespace

bool concerns_hardware(const usb::DeviceEvent& event) {
    if (event.lost) return true;
    if (event.path.starts_with("/devices/virtual/")) return false;
    return std::ranges::count(subsystems, event.subsystem) > 0 && std::ranges::count(actions, event.action) > 0;
}

Result<void> Wake::watch(int fd) {
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest) != 0) return fail(error_of(errno, "epoll"));
    return {};
}

Result<Wake> Wake::open() {
    Wake wake;
    wake.epoll_ = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
    if (!wake.epoll_) return fail(error_of(errno, "epoll"));
    TRY(wake.uevents_, usb::Uevents::open());
    for (const int fd : wake.uevents_->fds()) CHECK_OK(wake.watch(fd));
    auto hotplug = usb::Hotplug::open();
    if (!hotplug) {
        wake.lacking_ = "USB hotplug through libusb: " + hotplug.error().what;
        return wake;
    }
    wake.hotplug_ = *std::move(hotplug);
    for (const int fd : wake.hotplug_->fds()) CHECK_OK(wake.watch(fd));
    return wake;
}

bool Wake::drain() {
    bool concerned = false;
    for (const usb::DeviceEvent& event : uevents_->drain()) concerned = concerned || concerns_hardware(event);
    if (hotplug_) {
        for (const usb::DeviceEvent& event : hotplug_->drain()) concerned = concerned || concerns_hardware(event);
    }
    return concerned;
}

}  // namespace assay::agent
