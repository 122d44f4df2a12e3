#include "agent/sources/interface_list.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/kernel/mac_address.hpp"
#include "agent/sources/device_path.hpp"
#include "agent/sources/usb_path.hpp"

#include <map>
#include <optional>

namespace assay::agent {
namespace {

std::optional<PhysicalInterface> read_interface(const View& view, const std::string& name, Account& account) {
    const auto path = view.link(network_interfaces + "/" + name);
    if (!path) {
        // bonding_masters is a file of this directory.
        const bool expected = path.error().code == Errc::not_found || path.error().code == Errc::wrong_type;
        if (!expected) account.failed(path.error());
        return std::nullopt;
    }
    if (!view.link(*path + "/device")) return std::nullopt;  // no hardware of its own
    if (const auto function = pci_node(*path)) {
        // A virtual function: its port is the physical one's.
        if (view.link(function->path + "/physfn")) return std::nullopt;
    }
    PhysicalInterface out;
    out.name = name;
    out.path = *path;
    // The device that the interface sits on, without the "net/eth0" at its end.
    out.place = key_or_place(view, path->substr(0, path->rfind('/', path->rfind('/') - 1)));
    out.parent = nearest_key(view, *path);
    out.port = text_or_empty(view, *path + "/dev_port");
    if (out.port.empty()) out.port = "0";
    out.key = "net/" + out.place + "/" + out.port;
    return out;
}

}  // namespace

std::string permanent_mac(const View& view, const PhysicalInterface& interface) {
    if (const auto address = view.kernel().permanent_address(interface.name)) return mac_digits(*address);
    if (text_or_empty(view, interface.path + "/addr_assign_type") != "0") return "";
    const auto address = parse_mac(text_or_empty(view, interface.path + "/address"));
    return address && is_unicast(*address) ? mac_digits(*address) : "";
}

std::vector<PhysicalInterface> physical_interfaces(const View& view, Account& account) {
    std::vector<PhysicalInterface> out;
    const auto listed = view.list(network_interfaces);
    if (!listed) {
        account.failed(listed.error());
        return out;
    }
    std::map<std::string, int> uses;
    for (const std::string& name : *listed) {
        auto interface = read_interface(view, name, account);
        if (!interface) continue;
        ++uses[interface->key];
        out.push_back(*std::move(interface));
    }
    for (PhysicalInterface& one : out) {
        if (uses[one.key] < 2) continue;
        one.key += "/" + text_or_empty(view, one.path + "/phys_port_name") + "-" +
                   text_or_empty(view, one.path + "/dev_id") + "-" + permanent_mac(view, one);
    }
    return out;
}

}  // namespace assay::agent
