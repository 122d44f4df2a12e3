#pragma once
// What wakes the agent between reports: kernel uevents and libusb hotplug. Bursts (a card with eight ports, a hub with
// its devices) are one wake. WakeTimer is pure, its time a parameter; Wake is the events of this machine behind one
// file descriptor. Events say only that something changed: what is there is read by the next scan.

#include "agent/root/file_descriptor.hpp"
#include "agent/usb/hotplug.hpp"
#include "agent/usb/uevents.hpp"
#include "base/result.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace assay::agent {

// Whether an event may change the inventory: a part that comes, goes, moves or gets another driver. Virtual devices,
// media and power events do not count; lost events do.
bool concerns_hardware(const usb::DeviceEvent& event);

// When to wake: `quiet` after the last event of a burst, but no later than `longest` after its first.
class WakeTimer {
  public:
    using Time = std::chrono::milliseconds;  // of any clock that does not go back

    explicit WakeTimer(Time quiet = Time(500), Time longest = Time(5'000)) : quiet_(quiet), longest_(longest) {}

    void event(Time now);
    // When take() will be true; nullopt while nothing is pending.
    std::optional<Time> due() const;
    // True once per burst, when it is due.
    bool take(Time now);

  private:
    Time quiet_;
    Time longest_;
    std::optional<Time> first_;
    Time last_{};
};

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
