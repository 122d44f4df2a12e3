#include "agent/sources/pci_functions.hpp"

namespace assay::agent {

bool PciFunction::has(const View& view, const char* name) const {
    const auto link = view.link(file(name));
    return !link && link.error().code == Errc::wrong_type;
}

Component PciFunction::addition() const {
    Component out;
    out.kind = ComponentKind::pci_function;
    out.key = node.key;
    return out;
}

Result<std::vector<PciFunction>> pci_functions(const View& view) {
    const std::string devices = "sys/bus/pci/devices";
    TRY(const std::vector<std::string> listed, view.list(devices));
    std::vector<PciFunction> out;
    for (const std::string& name : listed) {
        const auto path = view.link(devices + "/" + name);
        if (!path || !parse_pci_address(name) || last_part(*path) != name) continue;
        auto node = pci_node(*path);
        if (!node || view.link(*path + "/physfn")) continue;
        const bool has_driver = view.link(*path + "/driver").has_value();
        out.push_back({*std::move(node), name, has_driver});
    }
    return out;
}

std::vector<std::string> pci_root_keys(const View& view) {
    std::vector<std::string> out;
    const auto listed = view.list("sys/devices");
    if (!listed) return out;
    for (const std::string& name : *listed) {
        if (const auto root = pci_root_bus(name)) out.push_back("pci/" + std::string(*root));
    }
    return out;
}

}  // namespace assay::agent
