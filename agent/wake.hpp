#pragma once
// What wakes the agent between reports: kernel uevents and libusb hotplug, behind one file descriptor. Events say only
// that something changed; what is there is read by the next scan. That a burst of them (a card with eight ports, a hub
// with its devices) is one report is the session's business.

#include "agent/root/file_descriptor.hpp"
#include "agent/usb/hotplug.hpp"
#include "agent/usb/uevents.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>

namespace assay::agent {

// Whether an event may change the inventory: a part that comes, goes, moves or gets another driver. Virtual devices,
// media and power events do not count; lost events do.
bool concerns_hardware(const usb::DeviceEvent& event);

class Wake {
  public:
    // Listens from here on. Errors: io_error or denied when there are no uevents to be had; libusb alone lacking is no
    // error, see lacking().
    static Result<Wake> open();

    // Readable when drain() has something to read. Stays the same; do not read it.
    int fd() const { return epoll_.get(); }
    // Reads what has come, without blocking, and tells whether any of it concerns hardware.
    bool drain();
    // What could not be listened to, in words; empty when all is well.
    const std::string& lacking() const { return lacking_; }

  private:
    Wake() = default;
    Result<void> watch(int fd);

    FileDescriptor epoll_;
    std::unique_ptr<usb::Uevents> uevents_;
    std::unique_ptr<usb::Hotplug> hotplug_;
    std::string lacking_;
};

}  // namespace assay::agent
