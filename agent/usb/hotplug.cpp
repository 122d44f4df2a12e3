#include "agent/usb/hotplug.hpp"

#include "agent/usb/context.hpp"

#include <fmt/format.h>
#include <sys/time.h>

#include <utility>

namespace assay::agent::usb {
namespace {

struct Unref {
    void operator()(libusb_device* device) const { libusb_unref_device(device); }
};
using Device = std::unique_ptr<libusb_device, Unref>;

struct Queued {
    Device device;
    bool arrived = false;
};

struct FreePollfds {
    void operator()(const libusb_pollfd** list) const { libusb_free_pollfds(list); }
};

}  // namespace

struct Hotplug::State {
    Context context;
    std::vector<Queued> queue;  // filled by the callback, within drain() only
};

Hotplug::Hotplug(std::unique_ptr<State> state) : state_(std::move(state)) {}

Hotplug::~Hotplug() {
    state_->queue.clear();  // before the context that the devices belong to
}

Result<std::unique_ptr<Hotplug>> Hotplug::open() {
    auto state = std::make_unique<State>();
    libusb_context* raw = nullptr;
    if (const int failed = libusb_init(&raw); failed != 0) {
        return fail(Errc::io_error, "libusb", libusb_error_name(failed));
    }
    state->context.reset(raw);
    if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0) {
        return fail(Errc::unsupported, "libusb", "was built without hotplug");
    }
    const auto queue_it = [](libusb_context*, libusb_device* device, libusb_hotplug_event event, void* user) {
        auto& queue = static_cast<State*>(user)->queue;
        queue.push_back({Device(libusb_ref_device(device)), event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED});
        return 0;
    };
    const int failed = libusb_hotplug_register_callback(
        state->context.get(), LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
        LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, queue_it, state.get(), nullptr
    );
    if (failed != 0) return fail(Errc::io_error, "libusb", libusb_error_name(failed));
    return std::unique_ptr<Hotplug>(new Hotplug(std::move(state)));
}

std::vector<int> Hotplug::fds() const {
    std::vector<int> out;
    const std::unique_ptr<const libusb_pollfd*, FreePollfds> list(libusb_get_pollfds(state_->context.get()));
    for (const libusb_pollfd** at = list.get(); at != nullptr && *at != nullptr; ++at) out.push_back((*at)->fd);
    return out;
}

std::vector<DeviceEvent> Hotplug::drain() {
    timeval none{};
    libusb_handle_events_timeout_completed(state_->context.get(), &none, nullptr);
    std::vector<DeviceEvent> events;
    for (const Queued& one : std::exchange(state_->queue, {})) {
        libusb_device_descriptor descriptor{};
        libusb_get_device_descriptor(one.device.get(), &descriptor);
        events.push_back(
            {one.arrived ? "add" : "remove", "usb",
             fmt::format("usb {:04x}:{:04x}", descriptor.idVendor, descriptor.idProduct)}
        );
    }
    return events;
}

}  // namespace assay::agent::usb
