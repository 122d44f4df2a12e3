#pragma once
// Device events of the kernel, and those that udev passes on when it has made the device nodes. Both are listened to:
// the kernel's come even where no udev runs, udev's come when a device may be opened. Unprivileged.

#include "base/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace assay::agent::usb {

struct DeviceEvent {
    std::string action;     // "add", "remove", "change", ...
    std::string subsystem;  // "usb", "pci", ...
    std::string path;       // "/devices/pci0000:00/...", or "" when the event has none
    bool lost = false;      // events came faster than they were read: some are missing
};

class Uevents {
  public:
    // io_error or denied when there is no netlink socket to be had.
    static Result<std::unique_ptr<Uevents>> open();
    ~Uevents();
    Uevents(const Uevents&) = delete;
    Uevents(Uevents&&) = delete;
    Uevents& operator=(const Uevents&) = delete;
    Uevents& operator=(Uevents&&) = delete;

    std::vector<int> fds() const;
    // All that is there, without blocking; at most a thousand, the rest at the next call.
    std::vector<DeviceEvent> drain();

  private:
    struct State;
    explicit Uevents(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace assay::agent::usb
