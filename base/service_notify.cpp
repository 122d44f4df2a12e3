#include "base/service_notify.hpp"

#include "base/text.hpp"

#include <systemd/sd-daemon.h>

namespace assay {

ServiceNotify::ServiceNotify() {
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) > 0)
        alive_interval_ = std::chrono::milliseconds(static_cast<std::int64_t>(microseconds / 2000));
}

void ServiceNotify::ready() const {
    ::sd_notify(0, "READY=1");
}

void ServiceNotify::alive() const {
    ::sd_notify(0, "WATCHDOG=1");
}

void ServiceNotify::status(const std::string& line) {
    if (line == status_) return;
    status_ = line;
    ::sd_notify(0, ("STATUS=" + clean_text(line, 512)).c_str());
}

void ServiceNotify::stopping() const {
    ::sd_notify(0, "STOPPING=1");
}

}  // namespace assay
