#include "agent/kernel/recording_kernel.hpp"

#include "agent/kernel/firmware_log_json.hpp"
#include "agent/kernel/mac_address.hpp"
#include "agent/root/recording.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

// A device's own text, in which JSON can hold any byte; what reads it cleans it the same way, once or twice.
std::string clean(const std::string& text) {
    return clean_text(text, limits::text_bytes);
}

json::Value value_of(const DriverInfo& info) {
    return json::Object{
        {"driver", clean(info.driver)},
        {"firmware_version", clean(info.firmware_version)},
        {"bus_info", clean(info.bus_info)}
    };
}

json::Value value_of(const MacAddress& address) {
    return json::Value(fmt::format("{:02x}", fmt::join(address, ":")));
}

json::Value value_of(const std::vector<UsbDescriptor>& devices) {
    json::Array out;
    for (const UsbDescriptor& one : devices) {
        json::Array ports;
        for (const std::uint8_t port : one.ports) ports.push_back(json::Value(std::to_string(port)));
        out.push_back(json::Object{
            {"vendor", one.vendor},
            {"product", one.product},
            {"device_class", one.device_class},
            {"bus", one.bus},
            {"address", one.address},
            {"ports", std::move(ports)}
        });
    }
    return out;
}

json::Value value_of(const Bytes& page) {
    return json::Value(to_hex(page));
}

json::Value value_of(const std::vector<DevlinkInfo>& devices) {
    json::Array out;
    for (const DevlinkInfo& one : devices) {
        json::Array versions;
        for (const DevlinkInfo::Version& version : one.versions) {
            versions.push_back(
                json::Object{{"kind", version.kind}, {"name", clean(version.name)}, {"value", clean(version.value)}}
            );
        }
        out.push_back(json::Object{
            {"bus", clean(one.bus)},
            {"device", clean(one.device)},
            {"driver", clean(one.driver)},
            {"serial", clean(one.serial)},
            {"board_serial", clean(one.board_serial)},
            {"versions", std::move(versions)}
        });
    }
    return out;
}

json::Value value_of(const FirmwareLog& log) {
    return firmware_log_value(log);
}

// Asks, and notes what was said under `member` of the file. "unsupported" is a file without the member.
template <class Ask>
auto noted(Recording& recording, const std::string& file, const std::string& member, Ask ask) {
    const Recording::Open open(recording, file, member);
    auto answer = ask();
    if (answer) {
        recording.answer(file, member, value_of(*answer));
    } else if (answer.error().code == Errc::unsupported) {
        recording.answer(file, member, std::nullopt);
    } else {
        recording.unanswered(file, member, answer.error());
    }
    return answer;
}

std::string ethtool_file(const std::string& interface) {
    return "kernel/ethtool/" + interface + ".json";
}

}  // namespace

Result<DriverInfo> RecordingKernel::driver_info(const std::string& interface) const {
    return noted(recording_, ethtool_file(interface), "driver_info", [this, &interface] {
        return asked_.driver_info(interface);
    });
}

Result<MacAddress> RecordingKernel::permanent_address(const std::string& interface) const {
    return noted(recording_, ethtool_file(interface), "permanent_address", [this, &interface] {
        return asked_.permanent_address(interface);
    });
}

Result<std::vector<UsbDescriptor>> RecordingKernel::usb_devices() const {
    return noted(recording_, "kernel/usb.json", "devices", [this] { return asked_.usb_devices(); });
}

Result<std::string> RecordingKernel::option_rom(const std::string& path, std::size_t max_bytes) const {
    const Recording::Open open(recording_, path);
    const auto rom = asked_.option_rom(path, max_bytes);
    const bool none = !rom && rom.error().code == Errc::not_found;
    recording_.file(path, none ? Result<std::string>(std::string()) : rom);
    return rom;
}

Result<std::string> RecordingKernel::flash_head(
    const std::string& device, std::uint64_t size, const std::stop_token& stop
) const {
    const Recording::Open open(recording_, flash_file(device));
    auto head = asked_.flash_head(device, size, stop);
    recording_.file(flash_file(device), head);
    return head;
}

Result<FileDigest> RecordingKernel::flash_digest(const FlashRange& range, FlashHash what, const std::stop_token& stop)
    const {
    const Recording::Open open(recording_, flash_file(range, what));
    auto digest = asked_.flash_digest(range, what, stop);
    const bool none = !digest && digest.error().code == Errc::not_found;  // no volumes: all of it was read to say so
    recording_.digest(flash_file(range, what), none ? Result<FileDigest>(FileDigest{sha256(""), 0}) : digest);
    return digest;
}

Result<Bytes> RecordingKernel::module_page(const std::string& interface, ModulePage page) const {
    return noted(recording_, "kernel/module/" + interface + ".json", member_of(page), [this, &interface, page] {
        return asked_.module_page(interface, page);
    });
}

Result<std::vector<DevlinkInfo>> RecordingKernel::devlink_info() const {
    return noted(recording_, "kernel/devlink.json", "devices", [this] { return asked_.devlink_info(); });
}

Result<FirmwareLog> RecordingKernel::firmware_log() const {
    return noted(recording_, "kernel/firmware_log.json", "log", [this] { return asked_.firmware_log(); });
}

}  // namespace assay::agent
