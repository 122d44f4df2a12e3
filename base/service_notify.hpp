#pragma once
// What the service manager is told (sd_notify): ready, alive, a line of status, stopping. Does nothing where no service
// manager asked for it. The protocol is a line in a datagram (sd_notify(3)); docs/decisions/0008 says why libsystemd is
// not linked for it.

#include <chrono>
#include <optional>
#include <string>

namespace assay {

class ServiceNotify {
  public:
    ServiceNotify();  // reads how often the watchdog wants to hear
    void ready() const;
    void alive() const;
    void status(const std::string& line);  // sent when it is another than before
    void stopping() const;
    // Half of the time after which the service manager would kill; nullopt without watchdog.
    std::optional<std::chrono::milliseconds> alive_interval() const { return alive_interval_; }

  private:
    std::optional<std::chrono::milliseconds> alive_interval_;
    std::string status_;
};

}  // namespace assay
