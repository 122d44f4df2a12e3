#include "agent/sources/usb.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/sources/device_path.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace assay::agent {
namespace {

const std::string devices = "sys/bus/usb/devices";

class UsbReader {
  public:
    explicit UsbReader(const View& view) : view_(view) {}

    Found read() {
        const auto listed = view_.list(devices);
        const auto described = view_.kernel().usb_devices();
        const bool none = !listed && listed.error().code == Errc::not_found;
        if (none && (!described || described->empty())) return account_.absent("no " + devices);
        if (!none && !listed) account_.failed(listed.error());
        if (listed) {
            for (const std::string& name : *listed) {
                const std::size_t colon = name.find(':');
                if (colon != std::string::npos) interfaces_[name.substr(0, colon)].push_back(name);
            }
            for (const std::string& name : *listed) {
                if (name.find(':') == std::string::npos) device(name);
            }
        }
        if (described) add_described(*described);
        return account_.finish();
    }

  private:
    void device(const std::string& name) {
        const auto path = view_.link(devices + "/" + name);
        if (!path && path.error().code == Errc::not_found) return;  // gone since it was listed
        const auto node = path ? usb_node(*path) : std::nullopt;
        if (!node || node->path != *path || last_part(*path) != name) {
            account_.failed(SourceState::error, devices + "/" + name + ": is not a link to a USB device");
            return;
        }
        const auto vendor = read_hex16(view_, *path + "/idVendor");
        const auto product = vendor ? read_hex16(view_, *path + "/idProduct") : vendor;
        if (!product) {
            if (view_.is_directory(*path)) account_.failed(product.error());
            return;
        }
        add(*node, name, *vendor + ":" + *product);
    }

    void add(const UsbNode& node, const std::string& name, const std::string& ids) {
        const UsbKeys keys = usb_keys(view_, node);
        Component component;
        component.kind = ComponentKind::usb_device;
        component.key = keys.key;
        component.parent = keys.parent;
        component.location.path = keys.key.substr(std::string_view("usb/").size());
        add_identifier(component, Registry::usb, ids);
        add_name(component, "product", read_text(view_, node.path + "/product"));
        add_name(component, "device_class", read_text(view_, node.path + "/bDeviceClass"));
        if (node.ports.empty()) {
            account_.covered(keys.root_key);
        } else {
            component.location.port = "usb " + node.ports;
            component.serial = read_text(view_, node.path + "/serial");
            add_name(component, "manufacturer", read_text(view_, node.path + "/manufacturer"));
            add_name(component, "release", read_text(view_, node.path + "/bcdDevice"));
            add_name(component, "interfaces", interface_classes(name));
            add_state(component, node.path);
        }
        auto& placement = account_.found.placement[component.key];
        placement["address"] = name;
        const std::string bus = text_or_empty(view_, node.path + "/busnum");
        const std::string number = text_or_empty(view_, node.path + "/devnum");
        if (!number.empty()) placement["device_number"] = number;
        listed_.insert(bus + "/" + number);
        account_.found.components.push_back(std::move(component));
    }

    // A device that the system keeps from working is there all the same, and says so.
    void add_state(Component& component, const std::string& path) {
        constexpr std::size_t max_descriptor_bytes = 64U << 10U;
        if (text_or_empty(view_, path + "/authorized") == "0") add_name(component, "authorized", Reading::of("0"));
        const std::string removable = text_or_empty(view_, path + "/removable");
        if (removable == "fixed" || removable == "removable") {
            add_name(component, "removable", Reading::of(removable));
        }
        if (const auto raw = view_.read(path + "/descriptors", max_descriptor_bytes); raw && !raw->empty()) {
            component.contents["descriptors"] = sha256(*raw);
        }
    }

    // "02/06/00 0a/00/00": class, subclass and protocol of each kind of interface, sorted.
    Reading interface_classes(const std::string& device) const {
        std::set<std::string> classes;
        const auto names = interfaces_.find(device);
        if (names == interfaces_.end()) return {};
        for (const std::string& name : names->second) {
            const std::string at = fmt::format("{}/{}", devices, name);
            const std::string first = text_or_empty(view_, at + "/bInterfaceClass");
            if (first.empty()) continue;
            classes.insert(
                first + "/" + text_or_empty(view_, at + "/bInterfaceSubClass") + "/" +
                text_or_empty(view_, at + "/bInterfaceProtocol")
            );
        }
        std::string text;
        for (const std::string& one : classes) text += (text.empty() ? "" : " ") + one;
        return Reading::of(clean_text(text, limits::text_bytes));
    }

    // What sysfs does not show (a tree without it, a device hidden by a mount) but libusb lists. Its place is that of
    // its entry in sysfs, where there is at least that; else only its ports are known, and which of several alike it
    // is.
    void add_described(const std::vector<UsbDescriptor>& described) {
        std::map<std::string, int> alike;
        for (const UsbDescriptor& one : described) {
            if (one.ports.empty() || listed_.contains(fmt::format("{}/{}", one.bus, one.address))) continue;
            const std::string ports = fmt::format("{}", fmt::join(one.ports, "."));
            const std::string name = fmt::format("{}-{}", one.bus, ports);
            const std::string ids = fmt::format("{:04x}:{:04x}", one.vendor, one.product);
            Component component;
            component.kind = ComponentKind::usb_device;
            const auto path = view_.link(devices + "/" + name);
            const auto node = path ? usb_node(*path) : std::nullopt;
            if (node && last_part(node->path) == name) {
                const UsbKeys keys = usb_keys(view_, *node);
                component.key = keys.key;
                component.parent = keys.parent;
            } else {
                const std::string place = fmt::format("usb/unplaced/{}/{}", ports, ids);
                const int before = alike[place]++;
                component.key = before == 0 ? place : fmt::format("{}/{}", place, before);
            }
            if (std::ranges::find(account_.found.components, component.key, &Component::key) !=
                account_.found.components.end())
                continue;
            component.location.port = "usb " + ports;
            add_identifier(component, Registry::usb, ids);
            add_name(component, "device_class", Reading::of(fmt::format("{:02x}", one.device_class)));
            account_.found.placement[component.key]["device_number"] = std::to_string(one.address);
            account_.found.components.push_back(std::move(component));
        }
    }

    const View& view_;
    Account account_{"usb"};
    std::map<std::string, std::vector<std::string>> interfaces_;  // by device name
    std::set<std::string> listed_;                                // "bus/number" of what sysfs has
};

}  // namespace

Found read_usb(const View& view) {
    return UsbReader(view).read();
}

}  // namespace assay::agent
