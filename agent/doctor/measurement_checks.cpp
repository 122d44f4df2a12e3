#include "agent/doctor/measurement_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::string_view event_log_source = "event_log";
constexpr std::string_view ima_source = "ima";
constexpr const char* no_policy_advice =
    "boot the kernel with ima_policy=tcb, or load a policy of your own with the system's start; `cat /proc/cmdline` "
    "shows with what it was booted. Without it runtime is not appraised";

// Of a list or log that could not be read: neither there nor absent.
Diagnosis unreadable(const std::string& check, const SourceReport& source) {
    const char* advice = "see the detail, and dmesg";
    if (source.state == SourceState::denied)
        advice = "run as root; for root, see in the audit log which security module (SELinux, AppArmor) refuses it";
    else if (source.detail.find("not mounted") != std::string::npos)
        advice = "`mount -t securityfs securityfs /sys/kernel/security`: systemd does it at boot, a container does not";
    return noted(check, fmt::format("{}: {}", name(source.state), source.detail), advice);
}

Diagnosis of_event_log(const SourceReport& source) {
    const std::string check = "event log";
    if (source.state == SourceState::ok) return healthy(check, "the firmware's measurements are there");
    if (source.state != SourceState::absent) return unreadable(check, source);
    return noted(
        check, "the kernel has none: " + source.detail,
        "start by UEFI with the TPM switched on, and a kernel whose TPM driver is there at boot (built in, or in the "
        "initramfs); `ls /sys/kernel/security/tpm0` shows it. Without it the boot is not appraised"
    );
}

Diagnosis of_ima(const SourceReport& source, const std::optional<ImaReading>& ima) {
    const std::string check = "ima list";
    if (source.state == SourceState::absent) {
        return noted(
            check, "the kernel has none: " + source.detail,
            "take a kernel with CONFIG_IMA, and boot it with ima_policy=tcb. Without it runtime is not appraised"
        );
    }
    if (source.state != SourceState::ok || !ima) return unreadable(check, source);
    // What IMA measures without a policy is that it has started.
    if (ima->span.count <= 1 && !ima->span.more) {
        return noted(check, "IMA measures nothing: its list has no entry but boot_aggregate", no_policy_advice);
    }
    return healthy(check, fmt::format("{}{} entries", ima->span.count, ima->span.more ? " and more" : ""));
}

const SourceReport* find(const Scan& scan, std::string_view source) {
    const auto found = std::ranges::find(scan.inventory.sources, source, &SourceReport::source);
    return found == scan.inventory.sources.end() ? nullptr : &*found;
}

}  // namespace

bool is_measurement(const SourceReport& source) {
    return source.source == event_log_source || source.source == ima_source;
}

Diagnoses check_measurements(const Scan& scan) {
    Diagnoses out;
    if (const SourceReport* const log = find(scan, event_log_source)) out.push_back(of_event_log(*log));
    if (const SourceReport* const list = find(scan, ima_source)) out.push_back(of_ima(*list, scan.ima));
    return out;
}

}  // namespace assay::agent
