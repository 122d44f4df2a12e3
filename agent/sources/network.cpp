#include "agent/sources/network.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/kernel/mac_address.hpp"
#include "agent/sources/device_path.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace assay::agent {
namespace {

const std::string interfaces = "sys/class/net";

// An interface and what tells it from others on the same port of the same device.
struct Interface {
    Component component;
    std::string name;
    std::string further;  // port name, device id, MAC: for the key when it is needed
};

class NetworkReader {
  public:
    explicit NetworkReader(const View& view) : view_(view) {}

    Found read() {
        const auto listed = view_.list(interfaces);
        if (!listed) {
            if (listed.error().code == Errc::not_found) return account_.absent("no " + interfaces);
            account_.failed(listed.error());
            return account_.finish();
        }
        account_.covered("net");
        for (const std::string& name : *listed) interface(name);
        give_keys();
        return account_.finish();
    }

  private:
    void interface(const std::string& name) {
        const auto path = view_.link(interfaces + "/" + name);
        if (!path) {
            // bonding_masters is a file of this directory.
            const bool expected = path.error().code == Errc::not_found || path.error().code == Errc::wrong_type;
            if (!expected) account_.failed(path.error());
            return;
        }
        if (!view_.link(*path + "/device")) return;  // no hardware of its own
        if (const auto function = pci_node(*path)) {
            if (view_.link(function->path + "/physfn")) return;  // a virtual function: its port is the physical one's
        }
        Interface found;
        found.name = name;
        Component& component = found.component;
        component.kind = ComponentKind::network_interface;
        component.parent = nearest_key(view_, *path);
        const std::string port = text_or_empty(view_, *path + "/dev_port");
        // The device that the interface sits on, without the "net/eth0" at its end.
        const std::string device(path->substr(0, path->rfind('/', path->rfind('/') - 1)));
        component.key = "net/" + key_or_place(view_, device) + "/" + (port.empty() ? "0" : port);
        component.location.port = "port " + (port.empty() ? "0" : port);
        if (const auto driver = view_.link(*path + "/device/driver")) {
            add_name(component, "driver", Reading::of(clean_text(last_part(*driver), limits::text_bytes)));
        }
        const std::string mac = permanent_mac(name, *path);
        add_identifier(component, Registry::mac, mac);
        ask_driver(name, component);
        found.further =
            text_or_empty(view_, *path + "/phys_port_name") + "-" + text_or_empty(view_, *path + "/dev_id") + "-" + mac;
        found_.push_back(std::move(found));
    }

    std::string permanent_mac(const std::string& name, const std::string& path) {
        if (const auto address = view_.kernel().permanent_address(name)) return mac_digits(*address);
        if (text_or_empty(view_, path + "/addr_assign_type") != "0") return "";
        const auto address = parse_mac(text_or_empty(view_, path + "/address"));
        return address && is_unicast(*address) ? mac_digits(*address) : "";
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

    // Interfaces that would share a key get what else tells them apart; what is alike in all of it is one part.
    void give_keys() {
        std::map<std::string, int> uses;
        for (const Interface& one : found_) ++uses[one.component.key];
        std::set<std::string> given;
        for (Interface& one : found_) {
            if (uses[one.component.key] > 1) one.component.key += "/" + one.further;
            account_.found.placement[one.component.key].emplace("interface", clean_text(one.name, limits::text_bytes));
            if (given.insert(one.component.key).second) account_.found.components.push_back(std::move(one.component));
        }
    }

    const View& view_;
    Account account_{"net"};
    std::vector<Interface> found_;
};

}  // namespace

Found read_network(const View& view) {
    return NetworkReader(view).read();
}

}  // namespace assay::agent
