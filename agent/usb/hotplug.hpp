#pragma once
// USB devices that come and go, as libusb tells. The callback only queues the device: nothing synchronous is called in
// it (libusb answers LIBUSB_ERROR_BUSY there), and no device is opened at all. Descriptors are read in drain().

#include "agent/usb/uevents.hpp"

namespace assay::agent::usb {

class Hotplug {
  public:
    // Listens from here on; devices that are there already are not told. unsupported or io_error.
    static Result<std::unique_ptr<Hotplug>> open();
    ~Hotplug();
    Hotplug(const Hotplug&) = delete;
    Hotplug(Hotplug&&) = delete;
    Hotplug& operator=(const Hotplug&) = delete;
    Hotplug& operator=(Hotplug&&) = delete;

    // What to poll for reading. The set stays the same, since no device is opened.
    std::vector<int> fds() const;
    // Lets libusb handle what is there, without blocking, and gives what it told: subsystem "usb", action "add" or
    // "remove", and as path "usb 12d1:14dc".
    std::vector<DeviceEvent> drain();

  private:
    struct State;
    explicit Hotplug(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace assay::agent::usb
