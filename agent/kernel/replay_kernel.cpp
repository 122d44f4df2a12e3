#include "agent/kernel/replay_kernel.hpp"

#include "agent/kernel/firmware_log_json.hpp"
#include "agent/kernel/mac_address.hpp"
#include "agent/kernel/replay_answer.hpp"
#include "agent/kernel/replay_module.hpp"
#include "base/fields.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

// Nothing: the file has no such member, and the driver no such answer. An error: asking failed where the tree was made.
template <class T>
using Answer = std::optional<Result<T>>;

// {"driver_info": {"driver", "firmware_version", "bus_info"}, "permanent_address": "52:54:00:aa:00:01"}
struct EthtoolAnswer {
    Answer<DriverInfo> driver_info;
    Answer<MacAddress> permanent_address;
};

Result<EthtoolAnswer> read_ethtool(const Tree& tree, const std::string& interface) {
    if (interface.empty() || interface.find('/') != std::string::npos) {
        return fail(Errc::not_found, "interface", "is no name of an interface");
    }
    const std::string path = "kernel/ethtool/" + interface + ".json";
    TRY(const json::Value value, read_answer(tree, path));
    Fields f(value, path);
    EthtoolAnswer answer;
    if (auto failure = failure_at(f, "driver_info", interface)) {
        answer.driver_info = fail(*std::move(failure));
    } else if (auto info = f.object_if("driver_info")) {
        answer.driver_info = DriverInfo{
            info->text_or_empty("driver", limits::text_bytes),
            info->text_or_empty("firmware_version", limits::text_bytes),
            info->text_or_empty("bus_info", limits::text_bytes)
        };
    }
    if (auto failure = failure_at(f, "permanent_address", interface)) {
        answer.permanent_address = fail(*std::move(failure));
    } else if (const auto text = f.text_if("permanent_address", limits::text_bytes)) {
        const auto address = parse_mac(*text);
        if (address)
            answer.permanent_address = *address;
        else
            f.refuse(Errc::bad_value, "permanent_address", "is not an EUI-48 address");
    }
    CHECK_OK(f.finish());
    return answer;
}

template <class T>
Result<T> given(Answer<T> answer, const std::string& interface) {
    if (!answer) return fail(Errc::unsupported, interface, "the driver gave no answer");
    return *std::move(answer);
}

constexpr std::size_t max_usb_devices = 4096;
constexpr std::size_t max_usb_ports = 7;

UsbDescriptor read_usb(Fields& f) {
    UsbDescriptor device;
    device.vendor = static_cast<std::uint16_t>(f.number("vendor", 0, 0xffff));
    device.product = static_cast<std::uint16_t>(f.number("product", 0, 0xffff));
    device.device_class = static_cast<std::uint8_t>(f.number("device_class", 0, 0xff));
    device.bus = static_cast<unsigned>(f.number("bus", 0, 0xffff));
    device.address = static_cast<unsigned>(f.number("address", 0, 0xffff));
    for (const std::string& port : f.texts("ports", max_usb_ports, 3)) {
        unsigned number = 0;
        for (const char c : port) number = c >= '0' && c <= '9' ? number * 10 + static_cast<unsigned>(c - '0') : 1000;
        if (number == 0 || number > 255) f.refuse(Errc::bad_value, "ports", "is not a list of port numbers");
        device.ports.push_back(static_cast<std::uint8_t>(number));
    }
    return device;
}

}  // namespace

Result<DriverInfo> ReplayKernel::driver_info(const std::string& interface) const {
    TRY(EthtoolAnswer answer, read_ethtool(tree_, interface));
    return given(std::move(answer.driver_info), interface);
}

Result<MacAddress> ReplayKernel::permanent_address(const std::string& interface) const {
    TRY(const EthtoolAnswer answer, read_ethtool(tree_, interface));
    return given(answer.permanent_address, interface);
}

Result<std::vector<UsbDescriptor>> ReplayKernel::usb_devices() const {
    TRY(const json::Value value, read_answer(tree_, "kernel/usb.json"));
    Fields f(value, "kernel/usb.json");
    if (auto failure = failure_at(f, "devices", "usb")) {
        CHECK_OK(f.finish());
        return fail(*std::move(failure));
    }
    std::vector<UsbDescriptor> devices;
    for (Fields& device : f.objects("devices", max_usb_devices)) devices.push_back(read_usb(device));
    CHECK_OK(f.finish());
    return devices;
}

Result<Bytes> ReplayKernel::module_page(const std::string& interface, ModulePage page) const {
    return replay_module_page(tree_, interface, page);
}

Result<std::vector<DevlinkInfo>> ReplayKernel::devlink_info() const {
    return replay_devlink(tree_);
}

Result<FirmwareLog> ReplayKernel::firmware_log() const {
    return replay_firmware_log(tree_);
}

}  // namespace assay::agent
