#include "agent/sources/network.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/sources/device_path.hpp"
#include "agent/sources/interface_list.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <set>

namespace assay::agent {
namespace {

constexpr std::size_t most_devlink_values = 12;  // of each kind: other sources add to the same part

class NetworkReader {
  public:
    explicit NetworkReader(const View& view) : view_(view) {}

    Found read() {
        const auto listed = view_.list(network_interfaces);
        if (!listed && listed.error().code == Errc::not_found) return account_.absent("no " + network_interfaces);
        if (listed) account_.covered("net");
        std::set<std::string> given;
        for (const PhysicalInterface& one : physical_interfaces(view_, account_)) {
            if (given.insert(one.key).second) interface(one);
        }
        add_devlink();
        return account_.finish();
    }

  private:
    // What devlink says of PCI functions joins their parts: running and stored versions as firmware, fixed ones as
    // names.
    void add_devlink() {
        const auto devices = view_.kernel().devlink_info();
        if (!devices) {
            const Errc code = devices.error().code;
            if (code != Errc::not_found && code != Errc::unsupported) account_.failed(devices.error());
            return;
        }
        for (const DevlinkInfo& one : *devices) {
            if (one.bus != "pci" || one.device.find('/') != std::string::npos) continue;
            const auto path = view_.link("sys/bus/pci/devices/" + one.device);
            const auto function = path ? pci_node(*path) : std::nullopt;
            if (function) account_.found.additions.push_back(devlink_part(function->key, one));
        }
    }

    static Component devlink_part(const std::string& key, const DevlinkInfo& info) {
        const auto clean = [](const std::string& text) { return clean_text(text, limits::text_bytes); };
        Component part;
        part.key = key;
        if (!info.serial.empty()) part.serial = Reading::of(clean(info.serial));
        if (!info.board_serial.empty()) add_name(part, "board_serial", Reading::of(clean(info.board_serial)));
        for (const DevlinkInfo::Version& version : info.versions) {
            if (version.kind == "fixed" && part.names.size() < most_devlink_values) {
                add_name(part, clean(version.name), Reading::of(clean(version.value)));
            } else if (version.kind != "fixed" && part.firmware.size() < most_devlink_values) {
                part.firmware.push_back(
                    {clean(version.name + " (" + version.kind + ")"), Reading::of(clean(version.value)), std::nullopt,
                     "devlink"}
                );
            }
        }
        return part;
    }

    void interface(const PhysicalInterface& one) {
        Component component;
        component.kind = ComponentKind::network_interface;
        component.key = one.key;
        component.parent = one.parent;
        component.location.port = "port " + one.port;
        if (const auto driver = view_.link(one.path + "/device/driver")) {
            add_name(component, "driver", Reading::of(clean_text(last_part(*driver), limits::text_bytes)));
        }
        add_identifier(component, Registry::mac, permanent_mac(view_, one));
        ask_driver(one.name, component);
        account_.found.placement[one.key].emplace("interface", clean_text(one.name, limits::text_bytes));
        account_.found.components.push_back(std::move(component));
    }

    void ask_driver(const std::string& name, Component& component) {
        const auto info = view_.kernel().driver_info(name);
        if (info) {
            if (!component.names.contains("driver")) {
                add_name(component, "driver", Reading::of(clean_text(info->driver, limits::text_bytes)));
            }
            const std::string version = clean_text(info->firmware_version, limits::text_bytes);
            component.firmware.push_back({"firmware", Reading::of(version), std::nullopt, "ethtool"});
            return;
        }
        const Errc code = info.error().code;
        if (code == Errc::not_found || code == Errc::gone || code == Errc::unsupported) return;
        component.firmware.push_back({"firmware", Reading::unreadable(std::string(word(code))), std::nullopt, "ethtool"}
        );
        account_.failed(info.error());
    }

    const View& view_;
    Account account_{"net"};
};

}  // namespace

Found read_network(const View& view) {
    return NetworkReader(view).read();
}

}  // namespace assay::agent
