#include "agent/usb/uevents.hpp"

#include <libudev.h>

#include <array>
#include <cerrno>

namespace assay::agent::usb {
namespace {

constexpr std::size_t events_per_drain = 1000;

template <auto Free>
struct Releaser {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Udev = std::unique_ptr<udev, Releaser<&udev_unref>>;
using Monitor = std::unique_ptr<udev_monitor, Releaser<&udev_monitor_unref>>;
using Device = std::unique_ptr<udev_device, Releaser<&udev_device_unref>>;

std::string text(const char* value) {
    return value == nullptr ? "" : value;
}

}  // namespace

struct Uevents::State {
    Udev udev;
    std::vector<Monitor> monitors;
};

Uevents::Uevents(std::unique_ptr<State> state) : state_(std::move(state)) {}
Uevents::~Uevents() = default;

Result<std::unique_ptr<Uevents>> Uevents::open() {
    auto state = std::make_unique<State>();
    state->udev.reset(udev_new());
    if (!state->udev) return fail(Errc::io_error, "uevents", "libudev does not start");
    for (const char* group : {"kernel", "udev"}) {
        Monitor monitor(udev_monitor_new_from_netlink(state->udev.get(), group));
        if (monitor && udev_monitor_enable_receiving(monitor.get()) >= 0) state->monitors.push_back(std::move(monitor));
    }
    if (state->monitors.empty()) {
        const Errc code = errno == EPERM || errno == EACCES ? Errc::denied : Errc::io_error;
        return fail(code, "uevents", "no netlink socket for device events");
    }
    return std::unique_ptr<Uevents>(new Uevents(std::move(state)));
}

std::vector<int> Uevents::fds() const {
    std::vector<int> out;
    for (const Monitor& monitor : state_->monitors) out.push_back(udev_monitor_get_fd(monitor.get()));
    return out;
}

std::vector<DeviceEvent> Uevents::drain() {
    std::vector<DeviceEvent> events;
    for (const Monitor& monitor : state_->monitors) {
        for (std::size_t count = 0; count < events_per_drain; ++count) {
            errno = 0;
            const Device device(udev_monitor_receive_device(monitor.get()));
            if (!device) {
                if (errno == ENOBUFS) events.push_back({.lost = true});
                break;
            }
            events.push_back(
                {text(udev_device_get_action(device.get())), text(udev_device_get_subsystem(device.get())),
                 text(udev_device_get_devpath(device.get()))}
            );
        }
    }
    return events;
}

}  // namespace assay::agent::usb
