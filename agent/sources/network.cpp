#include "agent/sources/network.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/sources/device_path.hpp"
#include "agent/sources/interface_list.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <set>

namespace assay::agent {
namespace {

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
        return account_.finish();
    }

  private:
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
