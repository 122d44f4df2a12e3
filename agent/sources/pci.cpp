#include "agent/sources/pci.hpp"

#include "agent/sources/device_path.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace assay::agent {
namespace {

const std::string devices = "sys/bus/pci/devices";
const std::string slots = "sys/bus/pci/slots";

// Slot names by the address of what sits in them, "0000:03:00": as the chassis or the firmware prints them.
std::map<std::string, std::string> slot_names(const View& view) {
    std::map<std::string, std::string> names;
    const auto listed = view.list(slots);
    if (!listed) return names;
    for (const std::string& slot : *listed) {
        const std::string address = text_or_empty(view, fmt::format("{}/{}/address", slots, slot));
        if (!address.empty()) names.emplace(address, clean_text(slot, limits::text_bytes));
    }
    return names;
}

// "0x020000" -> "020000"
Reading number_text(const View& view, const std::string& path) {
    const Reading reading = read_text(view, path);
    return reading.readable() && reading.text().starts_with("0x") ? Reading::of(reading.text().substr(2)) : reading;
}

struct Ids {
    std::string vendor;
    std::string device;
};

Result<Ids> read_ids(const View& view, const std::string& at, const char* vendor, const char* device) {
    Ids ids;
    TRY(ids.vendor, read_hex16(view, at + vendor));
    TRY(ids.device, read_hex16(view, at + device));
    return ids;
}

class PciReader {
  public:
    explicit PciReader(const View& view) : view_(view), slot_names_(slot_names(view)) {}

    Found read() {
        const auto listed = view_.list(devices);
        if (!listed) {
            if (listed.error().code == Errc::not_found) return account_.absent("no " + devices);
            account_.failed(listed.error());
            return account_.finish();
        }
        root_buses();
        for (const std::string& name : *listed) function(name);
        for (const auto& [key, count] : virtual_functions_) {
            account_.found.placement[key]["virtual_functions"] = std::to_string(count);
        }
        return account_.finish();
    }

  private:
    // Root buses are covered even when nothing sits on them.
    void root_buses() {
        const auto listed = view_.list("sys/devices");
        if (!listed) return;
        for (const std::string& name : *listed) {
            if (const auto root = pci_root_bus(name)) account_.covered("pci/" + std::string(*root));
        }
    }

    void function(const std::string& name) {
        const auto address = parse_pci_address(name);
        const auto path = view_.link(devices + "/" + name);
        if (!path && path.error().code == Errc::not_found) return;  // gone since it was listed
        const auto node = path ? pci_node(*path) : std::nullopt;
        if (!address || !path || !node || last_part(*path) != name) {
            account_.failed(SourceState::error, devices + "/" + name + ": is not a link to a PCI function");
            return;
        }
        account_.covered(node->root_key);
        if (const auto physical = view_.link(*path + "/physfn")) {
            if (const auto owner = pci_node(*physical)) ++virtual_functions_[owner->key];
            return;
        }
        const auto ids = read_ids(view_, *path, "/vendor", "/device");
        if (!ids) {
            if (view_.is_directory(*path)) account_.failed(ids.error());
            return;
        }
        add(*path, *node, *address, *ids);
    }

    void add(const std::string& path, const PciNode& node, const PciAddress& address, const Ids& ids) {
        Component component;
        component.kind = ComponentKind::pci_function;
        component.key = node.key;
        component.parent = node.parent_key;
        component.location.path = node.key.substr(std::string_view("pci/").size());
        add_identifier(component, Registry::pci, ids.vendor + ":" + ids.device);
        const auto subsystem = read_ids(view_, path, "/subsystem_vendor", "/subsystem_device");
        if (subsystem) {
            const bool none =
                (subsystem->vendor == "0000" && subsystem->device == "0000") || subsystem->vendor == "ffff";
            if (!none) add_identifier(component, Registry::pci_subsystem, subsystem->vendor + ":" + subsystem->device);
        } else if (subsystem.error().code != Errc::not_found) {
            account_.failed(subsystem.error());
        }
        add_name(component, "class", number_text(view_, path + "/class"));
        add_name(component, "revision", number_text(view_, path + "/revision"));
        add_name(component, "label", read_text(view_, path + "/label"));
        if (const auto driver = view_.link(path + "/driver")) {
            add_name(component, "driver", Reading::of(clean_text(last_part(*driver), limits::text_bytes)));
        }
        const std::string position =
            std::string(address.domain) + ":" + std::string(address.bus) + ":" + std::string(address.slot.substr(0, 2));
        if (const auto slot = slot_names_.find(position); slot != slot_names_.end())
            component.location.slot = slot->second;
        account_.found.placement[component.key]["address"] = std::string(last_part(path));
        account_.found.components.push_back(std::move(component));
    }

    const View& view_;
    Account account_{"pci"};
    std::map<std::string, std::string> slot_names_;
    std::map<std::string, std::size_t> virtual_functions_;  // by the physical function's key
};

}  // namespace

Found read_pci(const View& view) {
    return PciReader(view).read();
}

}  // namespace assay::agent
